import type { LedgerEntry } from './ledger-entry.ts';
import type { ReceivedRecord } from './received-record.ts';

/** A ledger entry of a session, or of whatever `more` says. */
export function entry(change: LedgerEntry['change'], modified: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    seq: 1,
    athlete: 'aino',
    resource: 'training-sessions',
    identity: ['77'],
    change,
    fact: 'session-new',
    genesis: false,
    revision: 1,
    body: { modified },
    ...more,
  };
}

/** A record of a session, or of whatever `more` says, at its place in a gapless stream. */
export function record(
  sequence: number,
  type: string,
  modified: string,
  more: Partial<ReceivedRecord> = {},
): ReceivedRecord {
  return {
    topic: 'polar.acme.session.v1',
    partition: 0,
    offset: String(sequence),
    key: 'c1',
    source: '/tenants/acme/connections/c1',
    id: `id-${sequence}`,
    type,
    sequence,
    athlete: 'aino',
    resource: 'training-sessions',
    identity: ['77'],
    revision: sequence,
    data: { modified },
    ...more,
  };
}
