/** How far the lanes were at a place in the database's log. */
export interface Mark {
  readonly lsn: string;
  readonly positions: readonly { readonly lane: number; readonly position: number }[];
}

export interface SlotWatchPorts {
  mark(): Promise<Mark>;
  /** @returns whether Debezium has confirmed all up to there; undefined: its slot is not there */
  isConfirmed(lsn: string): Promise<boolean | undefined>;
  note(lane: number, position: number): Promise<unknown>;
  /** @returns what keeps events from coming by Debezium, whatever its slot says */
  fault(): Promise<string | undefined>;
  readonly onMissing: () => void;
  /** The slot was there, and is not any more: one of the same name begins later, and what is between comes to nobody. */
  readonly onLost: () => void;
  readonly onFault: (fault: string) => void;
  readonly onError: (error: unknown) => void;
}

/** What is wrong where events are parked and Debezium relays, and what to do. */
export const parkedBesideSlot = {
  fault: 'events are parked, which only our own relay releases',
  advice: 'stop the connector, then run with RELAY=kafka until none is',
} as const;

/**
 * Where Debezium relays the outbox, its replication slot tells what is in Kafka. The lanes follow it, for the retention of the
 * outbox, replays, erasures and the metrics.
 */
export class SlotWatch {
  readonly #ports: SlotWatchPorts;
  #mark: Mark | undefined;
  #slot: 'unseen' | 'missing' | 'seen' | 'lost' = 'unseen';
  #fault: string | undefined;

  constructor(ports: SlotWatchPorts) {
    this.#ports = ports;
  }

  /** Never rejects. */
  async tick(): Promise<void> {
    await this.#lookForFault();
    const { mark, isConfirmed, note, onError } = this.#ports;
    try {
      this.#mark ??= await mark();
      const reached = await isConfirmed(this.#mark.lsn);
      this.#see(reached !== undefined);
      if (reached !== true || this.#slot === 'lost') return;
      for (const { lane, position } of this.#mark.positions) await note(lane, position);
      this.#mark = undefined;
    } catch (error) {
      onError(error);
    }
  }

  async #lookForFault(): Promise<void> {
    const { fault, onFault, onError } = this.#ports;
    try {
      const found = await fault();
      if (found !== undefined && found !== this.#fault) onFault(found);
      this.#fault = found;
    } catch (error) {
      onError(error);
    }
  }

  #see(isThere: boolean): void {
    const { onMissing, onLost } = this.#ports;
    const before = this.#slot;
    if (before === 'lost') return;
    this.#slot = isThere ? 'seen' : before === 'seen' ? 'lost' : 'missing';
    if (this.#slot === before) return;
    if (this.#slot === 'lost') onLost();
    if (this.#slot === 'missing') onMissing();
  }

  /** Nothing wakes it: it looks at each heartbeat. */
  wake(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
