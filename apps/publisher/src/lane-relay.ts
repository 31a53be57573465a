import { BridgeError, isBridgeError } from '#core';
import { createClaim, type Limits, type ReadRows } from './claim.ts';
import { Parking, type ParkingStore, type PlacedRow, type StreamKey } from './parking.ts';
import { publish, type Batch, type PublishPorts, type Row } from './publish.ts';
import { refusalOf, type Refusal } from './refusal.ts';
import { createSettlement, type NoteRelayed } from './settle.ts';
import { Wakeup } from './wakeup.ts';

/** A lane's way into Kafka. To open it is to fence every other one of the same lane. */
export interface LaneProducer {
  /** The position that the last committed transaction carried; 0 where there is none. */
  readonly committed: number;
  /** The position of the last parked row that a committed transaction has released; 0 where there is none. */
  readonly released: number;
  /** @throws BridgeError EVENT_REFUSED when the broker takes one of the rows not for its own sake; nothing is published */
  transact(batch: Batch): Promise<void>;
  /** Parked rows, in a transaction that leaves the lane's position alone. @throws BridgeError EVENT_REFUSED */
  release(batch: Batch): Promise<void>;
  /** Commits the position alone, so that Kafka does not forget it. */
  recommit(position: number): Promise<void>;
  close(): Promise<void>;
}

/** How long the parts of a batch's way took, in ms. */
export interface BatchTimes {
  /** Most of it was spent during the transaction before, where the lane is behind. */
  readonly claim: number;
  readonly publish: number;
  /** Of parked rows; of a lane's own nobody waits for it. */
  readonly settle: number;
}

/** What happens to a lane, for the log and the metrics. */
export interface LaneObserver {
  opened(event: { readonly position: number; readonly committed: number; readonly relayed: number }): void;
  /** @param event.seconds of the transaction; the milliseconds are of the batch's whole way */
  published(event: { readonly batch: Batch; readonly seconds: number; readonly milliseconds: BatchTimes }): void;
  failed(event: { readonly error: unknown; readonly fenced: boolean; readonly pauseMs: number }): void;
  hintFailed(error: unknown): void;
  /** The broker has refused a row; its stream waits. */
  parked(event: { readonly row: PlacedRow; readonly refusal: Refusal }): void;
  /** Nothing of the stream is parked any more. */
  unparked(stream: StreamKey): void;
}

export interface LaneRelayPorts {
  /** Counts the lane's claims; undefined when its lease is not this publisher's any more. */
  term(): Promise<number | undefined>;
  open(): Promise<LaneProducer>;
  positions(): Promise<{ readonly nextPosition: number; readonly relayed: number }>;
  readonly read: ReadRows;
  readonly note: NoteRelayed;
  /** What the lane has parked, for one who holds it by this claim. */
  parking(term: number): ParkingStore;
  readonly isFenced: (error: unknown) => boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly observer: LaneObserver;
}

export interface LaneRelaySettings {
  readonly limits: Limits;
  /** How long an idle lane waits for its bell before it looks by itself. */
  readonly idleMs: number;
  readonly settleMs: number;
  /** Kafka forgets the offsets of a group that is idle for 7 days. */
  readonly recommitMs: number;
  readonly shortestPauseMs: number;
  readonly longestPauseMs: number;
}

export const laneRelayDefaults: LaneRelaySettings = {
  limits: { rows: 1_000, bytes: 2_500_000 },
  idleMs: 1_000,
  settleMs: 1_000,
  recommitMs: 24 * 3_600_000,
  shortestPauseMs: 100,
  longestPauseMs: 5_000,
};

/** Most rows of a batch: after a refusal ever fewer, until the refused row is alone. */
interface Most {
  rows: number;
}

/**
 * Relays one lane until it is stopped or the lane is another publisher's. Whatever goes wrong, it throws its producer
 * away, opens a new one and goes on where Kafka says that the last transaction ended: that is what makes it exactly once.
 */
export class LaneRelay {
  readonly lane: number;
  /** Ends when the relay does. Never rejects. */
  readonly ended: Promise<'stopped' | 'lost'>;
  readonly #ports: LaneRelayPorts;
  readonly #settings: LaneRelaySettings;
  readonly #wakeup = new Wakeup();
  readonly #parking: Parking;
  #stopping = false;
  #failures = 0;
  /** Of the lane's batches, and of parked rows that are tried again: these must not make the lane slow. */
  readonly #most: Most;
  readonly #mostParked: Most;

  constructor(lane: number, ports: LaneRelayPorts, settings: LaneRelaySettings = laneRelayDefaults) {
    this.lane = lane;
    this.#ports = ports;
    this.#settings = settings;
    this.#most = { rows: settings.limits.rows };
    this.#mostParked = { rows: settings.limits.rows };
    this.#parking = new Parking({
      now: ports.now,
      lookMs: settings.idleMs,
      onParked: (row, refusal) => ports.observer.parked({ row, refusal }),
      onReleased: (stream) => ports.observer.unparked(stream),
    });
    this.ended = this.#run();
  }

  /** There may be something to do. */
  wake(): void {
    this.#parking.look();
    this.#wakeup.ring();
  }

  /** Finishes the transaction under way and closes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeup.ring();
    await this.ended;
  }

  async #run(): Promise<'stopped' | 'lost'> {
    while (!this.#stopping) {
      try {
        const term = await this.#ports.term();
        if (term === undefined) return 'lost';
        await this.#session(this.#ports.parking(term));
      } catch (error) {
        await this.#recover(error);
      }
    }
    return 'stopped';
  }

  async #session(parked: ParkingStore): Promise<void> {
    const producer = await this.#ports.open();
    const settlement = createSettlement({
      note: this.#ports.note,
      everyMs: this.#settings.settleMs,
      onError: (error) => this.#ports.observer.hintFailed(error),
    });
    try {
      const position = await this.#resume(producer.committed);
      await this.#parking.load(parked, position, producer.released);
      await this.#relay(producer, position, (relayed) => settlement.settle(relayed));
    } finally {
      await Promise.all([producer.close(), settlement.close()]);
    }
  }

  /** @throws BridgeError LANE_GAP when Kafka knows more than the database ever had */
  async #resume(committed: number): Promise<number> {
    const { nextPosition, relayed } = await this.#ports.positions();
    const position = Math.max(committed, relayed);
    if (position >= nextPosition) {
      throw new BridgeError(
        'LANE_GAP',
        `lane ${this.lane} is published up to ${position}, but its next position is ${nextPosition}: was the database restored from a backup? Stop all services and run \`bridge recover\`, see docs/disaster-recovery.md`,
        { fields: { lane: this.lane, position, nextPosition } },
      );
    }
    this.#ports.observer.opened({ position, committed, relayed });
    return position;
  }

  async #relay(producer: LaneProducer, from: number, settle: (position: number) => void): Promise<void> {
    const { read, now } = this.#ports;
    const { idleMs, recommitMs } = this.#settings;
    const parking = this.#parking;
    const limits = (most: Most): Limits => ({ ...this.#settings.limits, rows: most.rows });
    const lane = {
      claim: createClaim({ lane: this.lane, position: from, limits: () => limits(this.#most), read }),
      admit: (rows: readonly Row[]) => parking.admit(rows),
      transact: (batch: Batch) => this.#transact(batch, this.#most, () => producer.transact(batch)),
      settle: ({ last }: Batch) => settle(last),
    };
    let position = from;
    const parked = {
      claim: () => parking.claim(position, limits(this.#mostParked)),
      admit: (rows: readonly Row[]) => Promise.resolve(rows),
      transact: (batch: Batch) => this.#transact(batch, this.#mostParked, () => producer.release(batch)),
      settle: (batch: Batch) => parking.settle(batch, position),
    };
    // Kafka does not tell how old the commit is that was found, and the hint may have been lost with who noted it.
    let committedAt = Number.NEGATIVE_INFINITY;
    if (from > 0) settle(from);
    while (!this.#stopping) {
      this.#wakeup.reset();
      const batch = await publish(this.#timed(lane));
      position = batch?.last ?? position;
      const released = await publish(this.#timed(parked));
      this.#failures = 0;
      if (batch !== undefined) {
        committedAt = now();
      } else if (position > 0 && now() - committedAt >= recommitMs) {
        await producer.recommit(position);
        committedAt = now();
      } else if (released === undefined && !this.#stopping) {
        await this.#wakeup.wait(idleMs);
      }
    }
  }

  /** Tells of a batch when all of its way is over: from the moment it is committed, whatever settling comes to. */
  #timed(ports: PublishPorts): PublishPorts {
    const at = { start: performance.now(), claimed: 0, sent: 0, published: 0 };
    return {
      claim: ports.claim,
      admit: (rows) => {
        at.claimed = performance.now();
        return ports.admit(rows);
      },
      transact: async (batch) => {
        at.sent = performance.now();
        await ports.transact(batch);
        at.published = performance.now();
      },
      settle: async (batch) => {
        try {
          await ports.settle(batch);
        } finally {
          const milliseconds = {
            claim: Math.round(at.claimed - at.start),
            publish: Math.round(at.published - at.claimed),
            settle: Math.round(performance.now() - at.published),
          };
          this.#ports.observer.published({ batch, seconds: (at.published - at.sent) / 1000, milliseconds });
        }
      },
    };
  }

  async #transact(batch: Batch, most: Most, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      await this.#narrow(batch, most, error);
      throw error;
    }
    most.rows = Math.min(this.#settings.limits.rows, most.rows * 2);
  }

  /** After a refusal: the broker does not say which row it is, so fewer are tried until it is alone, and that one is parked. */
  async #narrow({ rows }: Batch, most: Most, error: unknown): Promise<void> {
    const refusal = refusalOf(error);
    const [row] = rows;
    if (refusal === undefined || row === undefined) return;
    if (rows.length === 1) await this.#parking.refuse(row, refusal);
    else most.rows = Math.floor(rows.length / 2);
  }

  async #recover(error: unknown): Promise<void> {
    // Each refusal brings the lane nearer to going on.
    if (refusalOf(error) !== undefined) return;
    const { shortestPauseMs, longestPauseMs } = this.#settings;
    const fenced = this.#ports.isFenced(error);
    const isBug = isBridgeError(error) && error.disposition === 'bug';
    // Who was fenced asks at once whose lane it is, but does not fight about it.
    const backoff = fenced && this.#failures === 0 ? 0 : shortestPauseMs * 2 ** this.#failures;
    const pauseMs = isBug ? longestPauseMs : Math.min(longestPauseMs, backoff);
    this.#failures = Math.min(this.#failures + 1, 16);
    this.#ports.observer.failed({ error, fenced, pauseMs });
    const until = performance.now() + pauseMs;
    for (let left = pauseMs; left > 0 && !this.#stopping; left = until - performance.now()) {
      this.#wakeup.reset();
      if (!this.#stopping) await this.#wakeup.wait(left);
    }
  }
}
