import { streamsOf, type ReceivedRecord } from './received-record.ts';
import { itemKey } from './ledger-entry.ts';

/**
 * A day is final once per revision, and only the revision that was told last can be.
 * @returns what does not fit
 */
export function misfinalised(records: readonly ReceivedRecord[]): readonly string[] {
  return streamsOf(records).flatMap((stream) => {
    const told = new Map<string, number>();
    const final = new Set<string>();
    return stream.flatMap(({ type, athlete, resource, identity, revision }) => {
      const key = itemKey(athlete, resource, identity);
      if (type.endsWith('DayUpdated')) told.set(key, revision);
      if (!type.endsWith('Finalized')) return [];
      const name = `${key} ${type} of revision ${revision}`;
      const again = final.has(name) ? [`${name} came again`] : [];
      final.add(name);
      return told.get(key) === revision ? again : [...again, `${name} came after revision ${told.get(key) ?? 'none'}`];
    });
  });
}
