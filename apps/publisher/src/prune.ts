/** Small enough to be over before anybody waits for it. */
const batch = 1_000;

/** Deletes old published rows of these lanes, batch by batch. @returns how many */
export async function pruneLanes(
  lanes: readonly number[],
  prune: (lane: number, most: number) => Promise<number>,
): Promise<number> {
  let pruned = 0;
  for (const lane of lanes) {
    for (let deleted = batch; deleted === batch; pruned += deleted) deleted = await prune(lane, batch);
  }
  return pruned;
}
