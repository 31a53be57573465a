import { BridgeError } from '#core';
import { publish, type Batch, type Row } from './publish.ts';
import type { Limits } from './claim.ts';

/** A replay's way into Kafka: exactly once, as a lane's. */
export interface ReplayProducer {
  /** The last committed position of each lane. */
  readonly committed: ReadonlyMap<number, number>;
  /** @throws BridgeError EVENT_REFUSED */
  transact(lane: number, batch: Batch): Promise<void>;
  close(): Promise<void>;
  /** What Kafka remembers of a replay that is over. */
  forget(): Promise<void>;
}

/** What is replayed, and how. */
export interface ReplayPlan {
  readonly id: string;
  /** Null: each event's own. */
  readonly topic: string | null;
  readonly perSecond: number;
  /** Last position known to be published, by lane. */
  readonly positions: Readonly<Record<string, number>>;
}

/** Most rows and bytes of a transaction. */
export const mostAtOnce: Limits = { rows: 500, bytes: 2_500_000 };

export interface ReplayPorts {
  readonly producer: ReplayProducer;
  lanes(): Promise<readonly number[]>;
  read(lane: number, after: number, limits: Limits): Promise<readonly Row[]>;
  /** @returns how many there are to publish after the one position, up to the other */
  count(lane: number, after: number, upTo: number): Promise<number>;
  /** So many more are published, up to this position. @returns whether to go on */
  note(lane: number, position: number, published: number): Promise<boolean>;
  /** Waits, or returns at once when the publisher is to stop. */
  wait(ms: number): Promise<void>;
  isStopping(): boolean;
}

/**
 * Publishes events of the past once more, lane by lane, each in its order: with their own ids, and a header `ce_replay`.
 * @returns whether all of them are published; if not, somebody has stopped it and it can be gone on with
 */
export async function replay(plan: ReplayPlan, ports: ReplayPorts, most: Limits = mostAtOnce): Promise<boolean> {
  for (const lane of await ports.lanes()) {
    if (!(await replayLane(plan, lane, ports, most))) return false;
  }
  return true;
}

async function replayLane(plan: ReplayPlan, lane: number, ports: ReplayPorts, most: Limits): Promise<boolean> {
  const { producer, read, count, note, wait, isStopping } = ports;
  const noted = plan.positions[lane] ?? 0;
  const committed = producer.committed.get(lane);
  if (committed === undefined) {
    throw new BridgeError('BROKER_UNAVAILABLE', `Kafka knows no position of lane ${lane} yet; it is tried again`, {
      fields: { lane },
    });
  }
  let position = Math.max(noted, committed);
  // The one before has ended between its commit in Kafka and the database.
  if (position > noted && !(await note(lane, position, await count(lane, noted, position)))) return false;
  const limits = { ...most, rows: Math.min(most.rows, plan.perSecond) };
  const settled = { goesOn: true };
  while (settled.goesOn && !isStopping()) {
    const began = performance.now();
    const batch = await publish({
      claim: async () => (await read(lane, position, limits)).map((row) => replayed(row, plan)),
      admit: (rows) => Promise.resolve(rows),
      transact: (rows) => producer.transact(lane, rows),
      settle: async ({ rows, last }) => {
        settled.goesOn = await note(lane, last, rows.length);
        position = last;
      },
    });
    if (batch === undefined) return true;
    await wait((batch.rows.length / plan.perSecond) * 1000 - (performance.now() - began));
  }
  return false;
}

function replayed(row: Row, { id, topic }: ReplayPlan): Row {
  const headers = { ...(JSON.parse(row.headers) as Record<string, string>), ce_replay: id };
  return { ...row, topic: topic ?? row.topic, headers: JSON.stringify(headers) };
}
