import { inside, itemKey, type LedgerEntry } from '../integration/ledger-entry.ts';
import type { Kept } from './example.ts';

/** What a consumer must have in the end, by the simulator's ledger, of athletes who are still connected. */
export function keptByLedger(ledger: readonly LedgerEntry[], athletes: ReadonlySet<string>): Kept {
  const last = new Map<string, LedgerEntry>();
  for (const entry of ledger)
    if (entry.change !== 'touched' && athletes.has(entry.athlete))
      last.set(itemKey(entry.athlete, entry.resource, entry.identity), entry);
  return [...last.values()]
    .filter(({ change }) => change !== 'deleted')
    .flatMap(({ athlete, resource, identity, body }) => {
      if (resource === 'continuous-samples')
        return [
          `${athlete} ${identity.join(' ')} ${String(inside(body, 'count'))} samples until ${String(inside(body, 'lastOffsetMillis'))}`,
        ];
      const score = inside(body, 'sleepScore', 'sleepScore');
      return resource === 'sleeps' && score !== undefined
        ? [`${athlete} ${identity.join(' ')} score ${String(score)}`]
        : [];
    })
    .toSorted();
}
