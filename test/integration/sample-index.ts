import { itemKey, listInside, type Body } from './ledger-entry.ts';
import { streamsOf, type ReceivedRecord } from './received-record.ts';

/**
 * Samples are told in chunks, and an event of what they belong to lists them with a hash each. Between two such lists
 * exactly the chunks must come whose hash moved. Nothing is hashed here: a hash is taken for a name of a content.
 * @returns what does not fit, 50 at most
 */
export function misindexed(records: readonly ReceivedRecord[]): readonly string[] {
  return streamsOf(records).flatMap(misindexedOf).slice(0, 50);
}

function misindexedOf(stream: readonly ReceivedRecord[]): readonly string[] {
  const faults: string[] = [];
  const hashes = new Map<string, unknown>();
  const told = new Map<string, ReceivedRecord>();
  for (const record of stream) {
    if (record.type.endsWith('Chunk')) {
      const key = keyOf(record, record.identity);
      if (told.has(key)) faults.push(`${key}: told twice before an event lists it`);
      told.set(key, record);
      faults.push(...uneven(key, record.data));
    }
    if (!Array.isArray(record.data['chunks'])) continue;
    const listed = listInside(record.data, 'chunks');
    for (const entry of listed) {
      const key = keyOf(record, [...record.identity, ...placeOf(entry)]);
      const chunk = told.get(key);
      const moved = hashes.get(key) !== entry['hash'];
      if (moved !== (chunk !== undefined))
        faults.push(`${key}: ${moved ? 'has a new hash and no chunk' : 'told without a change'}`);
      if (chunk?.data['count'] !== undefined && chunk.data['count'] !== entry['count'])
        faults.push(`${key}: listed with ${String(entry['count'])}, told with ${String(chunk.data['count'])}`);
      hashes.set(key, entry['hash']);
      told.delete(key);
    }
    faults.push(...uncounted(record, listed));
  }
  return [...faults, ...[...told.keys()].map((key) => `${key}: told, and listed by no event`)];
}

function keyOf({ resource, source }: ReceivedRecord, identity: readonly string[]): string {
  return itemKey(source, resource, identity);
}

/** Where a chunk belongs inside its item: the last parts of its identity. */
function placeOf(entry: Body): readonly string[] {
  return ['exercise', 'hour', 'part'].flatMap((name) => (entry[name] === undefined ? [] : [String(entry[name])]));
}

/** The columns of a chunk are as long as it says. */
function uneven(key: string, data: Body): readonly string[] {
  const { count } = data;
  if (typeof count !== 'number') return [];
  return Object.entries(data)
    .filter(([, column]) => Array.isArray(column) && column.length !== count)
    .map(([name]) => `${key}: ${name} has not ${count} values`);
}

/** Where an event counts its samples, its chunks hold as many. */
function uncounted({ athlete, resource, identity, data }: ReceivedRecord, listed: readonly Body[]): readonly string[] {
  const counts = listed.map(({ count }) => count);
  if (typeof data['count'] !== 'number' || counts.some((count) => typeof count !== 'number')) return [];
  const sum = (counts as readonly number[]).reduce((total, count) => total + count, 0);
  return sum === data['count']
    ? []
    : [`${itemKey(athlete, resource, identity)}: ${data['count']} samples, ${sum} in its chunks`];
}
