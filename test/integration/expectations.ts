import { itemKey, type Body, type LedgerEntry } from './ledger-entry.ts';
import { told } from './told.ts';
import { versionOf } from './versions.ts';

export interface Expected {
  readonly type: string;
  /** What tells this version from the others of its item. */
  readonly version: string;
}

/**
 * What the events of each item, and of each part that is told of by itself, must be, in their order. What happened before
 * the athlete connected is told as it stands then.
 * @returns by `itemKey`
 */
export function expectations(ledger: readonly LedgerEntry[]): ReadonlyMap<string, readonly Expected[]> {
  const expected = new Map<string, Expected[]>();
  const items = Map.groupBy(
    ledger.filter(({ change }) => change !== 'touched'),
    ({ athlete, resource, identity }) => itemKey(athlete, resource, identity),
  );
  for (const entries of items.values()) {
    for (const { athlete, resource, type, identity, data } of tellings(entries)) {
      const key = itemKey(athlete, resource, identity);
      expected.set(key, [...(expected.get(key) ?? []), { type, version: versionOf(resource, type, data) }]);
    }
  }
  return expected;
}

function tellings(entries: readonly LedgerEntry[]) {
  const past = entries.findLast((entry) => entry.genesis);
  const story = [
    ...(past === undefined || past.change === 'deleted' ? [] : [{ ...past, change: 'created' as const }]),
    ...entries.filter((entry) => !entry.genesis),
  ];
  let before: Body | undefined;
  return story.flatMap((entry) => {
    const { athlete, resource } = entry;
    const tell = told[resource];
    if (tell === undefined) throw new Error(`nobody knows by which events ${resource} is told`);
    const now = tell(entry, before).map((one) => ({ ...one, athlete, resource }));
    before = entry.change === 'deleted' ? undefined : (entry.body ?? undefined);
    return now;
  });
}
