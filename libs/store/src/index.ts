export * from './schema.ts';
export * from './database.ts';
export { migrate } from './migrate.ts';
export * from './outbox.ts';
export * from './backfills.ts';
export * from './client-stream.ts';
export * from './audit.ts';
export * from './connections.ts';
export type { StateTopics } from './ended-states.ts';
export * from './consents.ts';
export * from './credentials.ts';
export * from './enrol.ts';
export * from './examination.ts';
export * from './pacing.ts';
export * from './privileges.ts';
export * from './quota-ledger.ts';
export * from './record.ts';
export * from './recovery.ts';
export * from './refresh-attempts.ts';
export * from './schema-drifts.ts';
export * from './snapshots.ts';
export {
  beginPoll,
  dueTargets,
  type DueTargets,
  failPoll,
  giveBack,
  holdLease,
  leaseDue,
  noteRequests,
  suspendConnection,
  suspendTarget,
  type BegunTarget,
  type LeasedTarget,
  type Share,
  type WaitingTargets,
  waitingTargets,
} from './targets.ts';
export * from './status.ts';
export * from './sync.ts';
export * from './lanes.ts';
export * from './parked.ts';
export * from './parking.ts';
export * from './replays.ts';
export * from './replication-slot.ts';
export * from './listener.ts';
export * from './outbox-reader.ts';
