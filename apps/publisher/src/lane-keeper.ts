import type { LaneRelay } from './lane-relay.ts';

export interface LaneKeeperPorts {
  /** Renews and claims leases. */
  hold(): Promise<{ readonly lanes: readonly number[]; readonly share: number }>;
  release(lanes: readonly number[]): Promise<void>;
  /** Gives up all leases and signs off. */
  retire(): Promise<void>;
  start(lane: number): Pick<LaneRelay, 'lane' | 'wake' | 'stop' | 'ended'>;
  readonly onError: (error: unknown) => void;
  readonly onChange: (lanes: readonly number[]) => void;
}

type Relay = ReturnType<LaneKeeperPorts['start']>;

/** Keeps one relay running for each lane that this publisher holds, and no more than its fair share. */
export class LaneKeeper {
  readonly #ports: LaneKeeperPorts;
  readonly #relays = new Map<number, Relay>();
  #tick: Promise<void> | undefined;
  #again = false;
  #told: readonly number[] = [];
  #stopping = false;

  constructor(ports: LaneKeeperPorts) {
    this.#ports = ports;
  }

  get lanes(): readonly number[] {
    return [...this.#relays.keys()].toSorted((a, b) => a - b);
  }

  /** Without a lane: all of them. */
  wake(lane?: number): void {
    if (lane !== undefined) this.#relays.get(lane)?.wake();
    else for (const relay of this.#relays.values()) relay.wake();
  }

  /** One heartbeat. A call during another one leads to one more. Never rejects. */
  tick(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    if (this.#tick !== undefined) this.#again = true;
    this.#tick ??= this.#beat().finally(() => {
      this.#tick = undefined;
      if (!this.#again) return undefined;
      this.#again = false;
      return this.tick();
    });
    return this.#tick;
  }

  /** Finishes what is under way and frees all lanes. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#relays.values()].map((relay) => relay.stop()));
    await this.#tick;
    await Promise.all([...this.#relays.values()].map((relay) => relay.stop()));
    await this.#attempt(() => this.#ports.retire());
  }

  async #beat(): Promise<void> {
    await this.#attempt(async () => {
      const { lanes, share } = await this.#ports.hold();
      // Nobody waits for them: a relay that hangs in what another publisher has taken over must not hold up the heartbeat.
      for (const lane of this.lanes) if (!lanes.includes(lane)) void this.#relays.get(lane)?.stop();
      const surplus = lanes.slice(share);
      await Promise.all(surplus.map((lane) => this.#relays.get(lane)?.stop()));
      await this.#ports.release(surplus);
      if (!this.#stopping) for (const lane of lanes.slice(0, share)) this.#start(lane);
      if (String(this.#told) !== String(this.lanes)) this.#ports.onChange((this.#told = this.lanes));
    });
  }

  #start(lane: number): void {
    if (this.#relays.has(lane)) return;
    const relay = this.#ports.start(lane);
    this.#relays.set(lane, relay);
    void relay.ended.then(() => {
      if (this.#relays.get(lane) === relay) this.#relays.delete(lane);
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#ports.onError(error);
    }
  }
}
