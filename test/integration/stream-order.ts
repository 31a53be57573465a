import type { ReceivedRecord } from './received-record.ts';

/** @returns event ids that stand in more than one record */
export function repeated(records: readonly ReceivedRecord[]): readonly string[] {
  const byId = Map.groupBy(records, ({ id }) => id);
  return [...byId]
    .filter(([, same]) => same.length > 1)
    .map(([id, same]) => `${id} ${same[0]?.type ?? ''} x ${same.length}`);
}

/**
 * Sequences of a connection must be gapless over all topics, and rise inside each topic in the order of the offsets.
 * @returns what does not, 50 of them at most
 */
export function disordered(records: readonly ReceivedRecord[]): readonly string[] {
  const faults: string[] = [];
  for (const [stream, mine] of Map.groupBy(records, ({ source }) => source)) {
    const sequences = mine.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
    sequences.forEach((sequence, index) => {
      if (sequence !== index + 1) faults.push(`${stream}: sequence ${index + 1} expected, ${sequence} found`);
    });
  }
  for (const [key, mine] of Map.groupBy(records, ({ source, key }) => `${source} ${key}`)) {
    for (const [topic, inTopic] of Map.groupBy(mine, ({ topic }) => topic)) {
      const inOrder = inTopic.toSorted((a, b) => Number(BigInt(a.offset) - BigInt(b.offset)));
      if (new Set(inTopic.map(({ partition }) => partition)).size > 1)
        faults.push(`${key}: ${topic} has it in several partitions`);
      inOrder.forEach((record, index) => {
        const before = inOrder[index - 1];
        if (before !== undefined && before.sequence >= record.sequence)
          faults.push(`${key}: ${topic} has ${before.sequence} before ${record.sequence}`);
      });
    }
  }
  return faults.slice(0, 50);
}
