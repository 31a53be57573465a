import { expectations } from './expectations.ts';
import { misfinalised } from './final-days.ts';
import { itemKey, type LedgerEntry } from './ledger-entry.ts';
import { distinct, type ReceivedRecord } from './received-record.ts';
import { misindexed } from './sample-index.ts';
import { disordered, repeated } from './stream-order.ts';
import { versionOf } from './versions.ts';

export interface Comparison {
  readonly expected: number;
  readonly matched: number;
  readonly missing: readonly string[];
  readonly twice: readonly string[];
  readonly unexpected: readonly string[];
  readonly outOfOrder: readonly string[];
  /** What derived events, such as chunks, say otherwise than those that they are derived from. */
  readonly inconsistent: readonly string[];
}

/** Nothing is missing, twice, out of order, or there without a reason. */
export const exact = { missing: [], twice: [], unexpected: [], outOfOrder: [], inconsistent: [] };

/**
 * Compares what happened in the simulated world with what a consumer received: each change is one event, in order.
 * Records that the consumer itself read twice (same topic, partition and offset) count once.
 */
export function compareWithLedger(ledger: readonly LedgerEntry[], received: readonly ReceivedRecord[]): Comparison {
  const records = distinct(received);
  const items = expectations(ledger);
  const found = Map.groupBy(
    records.filter((record) => !isDerived(record)),
    ({ athlete, resource, identity }) => itemKey(athlete, resource, identity),
  );
  const missing: string[] = [];
  const unexpected: string[] = [];
  let matched = 0;
  for (const key of new Set([...items.keys(), ...found.keys()])) {
    const left = (found.get(key) ?? []).map(
      (record) => `${record.type} ${versionOf(record.resource, record.type, record.data)}`,
    );
    let from = 0;
    for (const { type, version } of items.get(key) ?? []) {
      const index = left.indexOf(`${type} ${version}`, from);
      if (index === -1) missing.push(`${key} ${type} ${version}`);
      else {
        left.splice(index, 1);
        from = index;
        matched += 1;
      }
    }
    unexpected.push(...left.map((one) => `${key} ${one}`));
  }
  return {
    expected: [...items.values()].flat().length,
    matched,
    missing,
    twice: repeated(records),
    unexpected,
    outOfOrder: disordered(records),
    inconsistent: [...misindexed(records), ...misfinalised(records)],
  };
}

/** What the ledger says nothing of: the product's own life, and what it computes of what the ledger says. */
function isDerived({ type, resource }: ReceivedRecord): boolean {
  return ownResources.has(resource) || /(Chunk|SamplesAvailable|Finalized)$/.test(type);
}

const ownResources: ReadonlySet<string> = new Set(['connection', 'polling', 'device-sync', 'schema']);
