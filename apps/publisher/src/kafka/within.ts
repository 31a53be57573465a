/** @param late what is to be done when there is no end of the work by then; the work itself goes on */
export async function within<T>(ms: number, work: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<typeof isLate>((resolve) => {
    timer = setTimeout(() => resolve(isLate), ms);
  });
  try {
    const outcome = await Promise.race([work, patience]);
    if (outcome !== isLate) return outcome;
  } finally {
    clearTimeout(timer);
  }
  // Nobody waits for it any more.
  work.catch(() => undefined);
  return late();
}

const isLate = Symbol('late');
