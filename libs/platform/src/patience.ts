/**
 * Waits for work to end, but no longer than so many ms: nobody must hang on a service that is away.
 * @returns what it led to, or undefined when there is no end of it by then; the work itself goes on
 */
export async function patiently<T>(ms: number, work: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}
