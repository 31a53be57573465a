import { accounted, diff, plan, type Changes, type Fetched, type KnownSnapshots, type Tick, type Window } from '#core';

export interface PollPorts<Outcome> {
  readonly polar: {
    fetch(tick: Tick, windows: readonly Window[]): Promise<readonly Fetched[]>;
    /** How many requests this poll has paid for. */
    spent(tick: Tick): number;
  };
  readonly snapshots: { of(tick: Tick, fetched: readonly Fetched[]): Promise<KnownSnapshots> };
  /** Snapshots, outbox and cursor in ONE transaction, only while the tick's lease holds. */
  record(tick: Tick, changes: Changes): Promise<Outcome>;
}

/** The poller's sentence: plan, fetch, diff, record. */
export async function poll<Outcome>(tick: Tick, ports: PollPorts<Outcome>): Promise<Outcome> {
  const windows = plan(tick);
  const fetched = await ports.polar.fetch(tick, windows);
  const known = await ports.snapshots.of(tick, fetched);
  const changes = diff(tick, known, fetched);
  const cursor = accounted(changes.cursor, ports.polar.spent(tick), changes.events);
  return ports.record(tick, { ...changes, cursor });
}
