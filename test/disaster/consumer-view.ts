import { itemKey } from '../integration/ledger-entry.ts';
import { distinct, type ReceivedRecord } from '../integration/received-record.ts';
import { disordered } from '../integration/stream-order.ts';

/** What a consumer sees of a stream that went on after the database was restored. */
export interface ConsumerView {
  readonly records: number;
  /** Records whose id came before: a consumer that remembers ids drops them, and misses them in the stream. */
  readonly sameIds: readonly string[];
  /** Of these, those that say something else than the first one: a consumer that drops them loses a change. */
  readonly contradictions: readonly string[];
  /** Places in the streams without a record, or with two, and records in the wrong place. */
  readonly outOfOrder: readonly string[];
  /** Items whose revisions do not rise. */
  readonly fallingRevisions: readonly string[];
}

export function viewOf(received: readonly ReceivedRecord[]): ConsumerView {
  const records = distinct(received);
  const byId = Map.groupBy(records, ({ id }) => id);
  const again = [...byId.values()].flatMap(([first, ...others]) => others.map((other) => [first, other] as const));
  const fresh = [...byId.values()].map(([first]) => first as ReceivedRecord);
  return {
    records: records.length,
    sameIds: again.map(([, { source, type, identity }]) => `${source} ${type} ${identity.join('/')}`),
    contradictions: again
      .filter(([first, other]) => JSON.stringify(first?.data) !== JSON.stringify(other.data))
      .map(([, { source, type, identity, revision }]) => `${source} ${type} ${identity.join('/')} r${revision}`),
    outOfOrder: disordered(fresh),
    fallingRevisions: [
      ...Map.groupBy(fresh, ({ source, resource, identity }) => `${source} ${itemKey('', resource, identity)}`),
    ]
      .filter(([, mine]) => !rises(mine))
      .map(([key]) => key),
  };
}

/** Of each type: several types may tell of one revision. */
function rises(records: readonly ReceivedRecord[]): boolean {
  return [...Map.groupBy(records, ({ type }) => type).values()].every((mine) => {
    const inOrder = mine.toSorted((a, b) => a.sequence - b.sequence);
    return inOrder.every(({ revision }, index) => index === 0 || (inOrder[index - 1]?.revision ?? 0) < revision);
  });
}
