/**
 * Delta debugging: leaves out as many items as it can, ever smaller pieces at a time, as long as it still fails.
 * @param fails whether these items are enough to fail
 * @returns items of which none can be left out by itself
 */
export async function shrink<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let left = items;
  for (let size = Math.ceil(left.length / 2); size >= 1;) {
    const smaller = await withoutOne(left, size, fails);
    if (smaller !== undefined) left = smaller;
    else if (size === 1) break;
    if (smaller === undefined || size > left.length) size = Math.max(1, Math.floor(size / 2));
  }
  return left;
}

async function withoutOne<Item>(
  items: readonly Item[],
  size: number,
  fails: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[] | undefined> {
  for (let from = 0; from < items.length; from += size) {
    const rest = [...items.slice(0, from), ...items.slice(from + size)];
    if (await fails(rest)) return rest;
  }
  return undefined;
}
