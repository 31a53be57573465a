import type { Quota } from '../options.ts';
import { Instants, maxInAnyWindow } from './sliding-window.ts';

export interface WindowReport {
  readonly seconds: number;
  readonly limit: number;
  readonly maxInAnyWindow: number;
  /** The same with token requests, in case that the provider counts these, too. */
  readonly withTokenRequests: number;
  /** Requests that this window refused with 429. */
  readonly refused: number;
}

export interface RequestReport {
  readonly client: string;
  readonly windows: readonly WindowReport[];
  readonly total: number;
  readonly refused: number;
  readonly byPath: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly maxConcurrent: number;
  /** Requests whose client went away before it had the whole answer. */
  readonly abandoned: number;
  readonly tokenRequests: number;
  readonly tokenRequestsByGrant: Readonly<Record<string, number>>;
  readonly maxConcurrentRefreshes: number;
  /** Of the athletes that ever had more than one refresh at a time. */
  readonly concurrentRefreshes: Readonly<Record<string, number>>;
}

/** Every request of one client, whatever was answered: it only counts, and knows nothing of how limits are enforced. */
export class RequestLog {
  readonly client: string;
  readonly quota: readonly Quota[];
  readonly instants = new Instants();
  readonly refreshes = new Concurrency();
  private readonly all = new Instants();
  private abandoned = 0;
  private reportFrom = 0;
  private allFrom = 0;
  private readonly data = new Concurrency();
  private readonly tokens = new Map<string, number>();
  private readonly paths = new Map<string, number>();
  private readonly statuses = new Map<string, number>();
  private readonly refused = new Map<number, number>();

  constructor(client: string, quota: readonly Quota[]) {
    this.client = client;
    this.quota = quota;
  }

  /** A request to the API arrives; the returned function is to be called when it is over. */
  arrive(path: string, at: number): () => void {
    this.instants.push(at);
    this.all.push(at);
    add(this.paths, path);
    return this.data.enter('');
  }

  abandon(): void {
    this.abandoned += 1;
  }

  answered(status: number): void {
    add(this.statuses, String(status));
  }

  refuse(window: Quota): void {
    add(this.refused, window.seconds);
  }

  token(grant: string, at: number): void {
    this.all.push(at);
    add(this.tokens, grant);
  }

  report(): RequestReport {
    const windows = this.quota.map(({ seconds, requests }) => ({
      seconds,
      limit: requests,
      maxInAnyWindow: maxInAnyWindow(this.instants.from(this.reportFrom), seconds * 1000),
      withTokenRequests: maxInAnyWindow(this.all.from(this.allFrom), seconds * 1000),
      refused: this.refused.get(seconds) ?? 0,
    }));
    return {
      client: this.client,
      windows,
      total: this.instants.length - this.reportFrom,
      refused: this.statuses.get('429') ?? 0,
      byPath: Object.fromEntries(this.paths),
      byStatus: Object.fromEntries(this.statuses),
      maxConcurrent: this.data.max(),
      abandoned: this.abandoned,
      tokenRequests: [...this.tokens.values()].reduce((sum, count) => sum + count, 0),
      tokenRequestsByGrant: Object.fromEntries(this.tokens),
      maxConcurrentRefreshes: this.refreshes.max(),
      concurrentRefreshes: this.refreshes.above(1),
    };
  }

  /** Begins the report anew. What the client has used of its quota stays used. */
  reset(): void {
    this.reportFrom = this.instants.length;
    this.allFrom = this.all.length;
    for (const counts of [this.tokens, this.paths, this.statuses, this.refused]) counts.clear();
    this.abandoned = 0;
    this.data.reset();
    this.refreshes.reset();
  }
}

/** How many were there at once, by key. */
class Concurrency {
  private readonly now = new Map<string, number>();
  private readonly most = new Map<string, number>();

  enter(key: string): () => void {
    const inside = (this.now.get(key) ?? 0) + 1;
    this.now.set(key, inside);
    this.most.set(key, Math.max(this.most.get(key) ?? 0, inside));
    let left = false;
    return () => {
      if (!left) this.now.set(key, (this.now.get(key) ?? 1) - 1);
      left = true;
    };
  }

  max(): number {
    let most = 0;
    for (const count of this.most.values()) most = Math.max(most, count);
    return most;
  }

  above(limit: number): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.most].filter(([, count]) => count > limit));
  }

  reset(): void {
    this.most.clear();
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
