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
  readonly onMissing: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Where Debezium relays the outbox, its replication slot tells what is in Kafka. The lanes follow it, for the retention of the
 * outbox, replays, erasures and the metrics.
 */
export class SlotWatch {
  readonly #ports: SlotWatchPorts;
  #mark: Mark | undefined;
  #isMissing = false;

  constructor(ports: SlotWatchPorts) {
    this.#ports = ports;
  }

  /** Never rejects. */
  async tick(): Promise<void> {
    const { mark, isConfirmed, note, onMissing, onError } = this.#ports;
    try {
      this.#mark ??= await mark();
      const reached = await isConfirmed(this.#mark.lsn);
      if (reached === undefined && !this.#isMissing) onMissing();
      this.#isMissing = reached === undefined;
      if (reached !== true) return;
      for (const { lane, position } of this.#mark.positions) await note(lane, position);
      this.#mark = undefined;
    } catch (error) {
      onError(error);
    }
  }

  /** Nothing wakes it: it looks at each heartbeat. */
  wake(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
