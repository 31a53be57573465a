import { BridgeError, type Message } from '#core';
import type { HeldLanes, OutboxRow, ReadLimits } from '#store';

interface Lane {
  nextPosition: number;
  relayed: number;
  owner: string | undefined;
  leaseUntil: number;
  /** Counts its claims. */
  term: number;
  readonly rows: OutboxRow[];
}

/** The outbox and its lanes, as `lanes.ts` and `outbox-reader.ts` of libs/store keep them. */
export class MemoryLanes {
  readonly #now: () => number;
  readonly #lanes: readonly Lane[];
  readonly #publishers = new Map<string, number>();

  /** @param now the database's clock, epoch ms */
  constructor(now: () => number, count: number) {
    this.#now = now;
    this.#lanes = Array.from({ length: count }, () => ({
      nextPosition: 1,
      relayed: 0,
      owner: undefined,
      leaseUntil: 0,
      term: 0,
      rows: [],
    }));
  }

  /** Inside the transaction that makes the messages. */
  append(lane: number, messages: readonly Message[]): void {
    const state = this.#of(lane);
    for (const { topic, key, payload, headers } of messages) {
      const text = JSON.stringify(headers);
      const bytes = Buffer.byteLength(payload) + Buffer.byteLength(text);
      state.rows.push({ position: state.nextPosition, topic, key, payload, headers: text, bytes });
      state.nextPosition += 1;
    }
  }

  read(lane: number, after: number, limits: ReadLimits): readonly OutboxRow[] {
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.#of(lane).rows.slice(after, after + limits.rows)) {
      if (rows.length > 0 && bytes + row.bytes > limits.bytes) break;
      bytes += row.bytes;
      rows.push(row);
    }
    return rows;
  }

  hold(publisher: string, leaseSeconds: number): HeldLanes {
    const now = this.#now();
    const leaseMs = leaseSeconds * 1000;
    this.#publishers.set(publisher, now);
    for (const [id, seenAt] of this.#publishers) if (seenAt < now - 10 * leaseMs) this.#publishers.delete(id);
    const live = [...this.#publishers.values()].filter((seenAt) => seenAt > now - leaseMs).length;
    const share = Math.ceil(this.#lanes.length / Math.max(1, live));
    const owned = this.#lanes.filter(({ owner }) => owner === publisher);
    const free = this.#lanes.filter(
      ({ owner, leaseUntil }) => (owner === undefined || leaseUntil < now) && owner !== publisher,
    );
    const claimed = free.slice(0, Math.max(0, share - owned.length));
    for (const lane of claimed) lane.term += 1;
    for (const lane of [...owned, ...claimed]) {
      lane.owner = publisher;
      lane.leaseUntil = now + leaseMs;
    }
    return { lanes: this.#lanes.flatMap(({ owner }, index) => (owner === publisher ? [index] : [])), share };
  }

  release(publisher: string, lanes: readonly number[]): void {
    for (const lane of lanes) {
      const state = this.#of(lane);
      if (state.owner === publisher) state.owner = undefined;
    }
  }

  retire(publisher: string): void {
    this.release(publisher, [...this.#lanes.keys()]);
    this.#publishers.delete(publisher);
  }

  /** @returns undefined when the lane is not the publisher's */
  termOf(publisher: string, lane: number): number | undefined {
    const { owner, term } = this.#of(lane);
    return owner === publisher ? term : undefined;
  }

  positions(lane: number): { readonly nextPosition: number; readonly relayed: number } {
    const { nextPosition, relayed } = this.#of(lane);
    return { nextPosition, relayed };
  }

  /** @returns whether it could be written, which here it always can */
  note(lane: number, position: number): boolean {
    const state = this.#of(lane);
    state.relayed = Math.max(state.relayed, position);
    return true;
  }

  #of(lane: number): Lane {
    const state = this.#lanes[lane];
    if (state === undefined) throw new BridgeError('NOT_FOUND', `there is no lane ${lane}`);
    return state;
  }
}
