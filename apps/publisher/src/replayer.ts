import { isBridgeError } from '#core';
import { refusalOf } from './refusal.ts';
import { mostAtOnce, replay, type ReplayPlan, type ReplayPorts, type ReplayProducer } from './replay.ts';
import { Wakeup } from './wakeup.ts';

/** The replays of the database, for one publisher. */
export interface Replays<Held extends ReplayPlan> {
  /** @returns one that runs and that nobody carries out */
  hold(): Promise<Held | undefined>;
  read(held: Held, ...from: Parameters<ReplayPorts['read']>): ReturnType<ReplayPorts['read']>;
  count(held: Held, ...within: Parameters<ReplayPorts['count']>): ReturnType<ReplayPorts['count']>;
  note(held: Held, ...upTo: Parameters<ReplayPorts['note']>): ReturnType<ReplayPorts['note']>;
  end(held: Held, status: 'done' | 'failed', reason: string | null): Promise<void>;
  release(held: Held): Promise<void>;
}

export interface ReplayerOptions<Held extends ReplayPlan> {
  readonly replays: Replays<Held>;
  open(id: string): Promise<ReplayProducer>;
  lanes(): Promise<readonly number[]>;
  readonly onBegun: (held: Held) => void;
  readonly onEnded: (held: Held) => void;
  readonly onFailed: (held: Held, error: unknown) => void;
  readonly onError: (error: unknown) => void;
}

/** Carries out one replay after the other. What breaks one off is tried again, by this publisher or another one. */
export class Replayer<Held extends ReplayPlan> {
  readonly #options: ReplayerOptions<Held>;
  readonly #wakeup = new Wakeup();
  #running: Promise<void> | undefined;
  #stopping = false;
  /** Most rows of a transaction, of replays that were refused with more. */
  readonly #narrowed = new Map<string, number>();

  constructor(options: ReplayerOptions<Held>) {
    this.#options = options;
  }

  /** Looks for a replay, if none is under way. Returns at once and never throws. */
  tick(): void {
    if (this.#stopping) return;
    this.#running ??= this.#next().finally(() => {
      this.#running = undefined;
    });
  }

  /** Finishes the transaction under way, and lets go of the replay. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeup.ring();
    await this.#running;
  }

  async #next(): Promise<void> {
    const { replays, onBegun, onError } = this.#options;
    try {
      for (let held = await replays.hold(); held !== undefined && !this.#stopping; held = await replays.hold()) {
        onBegun(held);
        await this.#carryOut(held);
      }
    } catch (error) {
      onError(error);
    }
  }

  async #carryOut(held: Held): Promise<void> {
    const { replays, open, onEnded, onFailed } = this.#options;
    const rows = this.#narrowed.get(held.id) ?? mostAtOnce.rows;
    let producer: ReplayProducer | undefined;
    try {
      producer = await open(held.id);
      if (await replay(held, this.#ports(held, producer), { ...mostAtOnce, rows })) {
        this.#narrowed.delete(held.id);
        await replays.end(held, 'done', null);
        await producer.forget().catch(() => undefined);
        onEnded(held);
      } else {
        await replays.release(held);
      }
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== undefined && rows > 1) {
        // It may be only too much at once; if not, the refused row will be alone.
        this.#narrowed.set(held.id, Math.ceil(rows / 4));
        return await replays.release(held);
      }
      // Somebody has paused it.
      if (isBridgeError(error, 'LEASE_LOST')) return await replays.release(held);
      onFailed(held, error);
      if (refusal === undefined) throw error;
      // Nothing mends that by itself.
      this.#narrowed.delete(held.id);
      await replays.end(held, 'failed', `${refusal.reason}: ${refusal.detail}`);
    } finally {
      producer?.close().catch(() => undefined);
    }
  }

  #ports(held: Held, producer: ReplayProducer): ReplayPorts {
    const { replays, lanes } = this.#options;
    return {
      producer,
      lanes,
      read: (...from) => replays.read(held, ...from),
      count: (...within) => replays.count(held, ...within),
      note: (...upTo) => replays.note(held, ...upTo),
      wait: async (ms) => {
        if (ms > 0) await this.#wakeup.wait(ms);
      },
      isStopping: () => this.#stopping,
    };
  }
}
