import type { Clock } from './clock.ts';

export interface Hits {
  /** How many came in this window, this one included. */
  readonly count: number;
  /** Until the window ends. */
  readonly resetMs: number;
}

/** Counts what comes, in windows that begin with the first hit. */
export interface HitCounter {
  hit(key: string, windowMs: number): Promise<Hits>;
}

const mostKeys = 10_000;

/** Counts in this process. */
export class LocalHits implements HitCounter {
  private readonly clock: Clock;
  private readonly windows = new Map<string, { count: number; until: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  hit(key: string, windowMs: number): Promise<Hits> {
    const now = this.clock.now();
    const known = this.windows.get(key);
    const window = known !== undefined && known.until > now ? known : { count: 0, until: now + windowMs };
    window.count += 1;
    if (window !== known) this.keep(key, window);
    return Promise.resolve({ count: window.count, resetMs: window.until - now });
  }

  /** The oldest one goes when there are too many: memory is worth more than an exact count of an attack. */
  private keep(key: string, window: { count: number; until: number }): void {
    this.windows.delete(key);
    this.windows.set(key, window);
    const [oldest] = this.windows.keys();
    if (this.windows.size > mostKeys && oldest !== undefined) this.windows.delete(oldest);
  }
}

/** Counts where all processes count, and here while that can't be reached: a limit is no reason to refuse everybody. */
export class SharedHits implements HitCounter {
  private readonly shared: HitCounter;
  private readonly local: HitCounter;

  constructor(shared: HitCounter, local: HitCounter) {
    this.shared = shared;
    this.local = local;
  }

  async hit(key: string, windowMs: number): Promise<Hits> {
    try {
      return await this.shared.hit(key, windowMs);
    } catch {
      return this.local.hit(key, windowMs);
    }
  }
}
