import type { BudgetState } from '../../../libs/queue/src/budget/state.ts';
import { capsOf } from '../../../libs/queue/src/budget/state.ts';
import { shortest, type BudgetWindow } from '../../../libs/queue/src/budget/windows.ts';

/** Longer than any count lasts. */
const restMs = 300_000;

interface Counts {
  readonly length: number;
  readonly width: number;
  sum: number;
  tail: number;
  readonly buckets: Map<number, number>;
}

interface State {
  generation: string | undefined;
  /** The Redis process that it was built in. */
  run: number;
  readonly windows: Map<string, Counts>;
  pause: number;
  slow: number;
  readonly tickets: Set<string>;
  expiresAt: number;
}

/** What Redis keeps of every tenant's budget: the same rules as the scripts, in memory. */
export class MemoryBudget {
  readonly #now: () => number;
  readonly #hold: number;
  readonly #states = new Map<string, State>();
  #run = 1;

  /** @param now Redis's clock, epoch ms @param hold see `BudgetParts` */
  constructor(now: () => number, hold: number) {
    this.#now = now;
    this.#hold = hold;
  }

  /** What a flush does. */
  flush(): void {
    this.#states.clear();
  }

  /** It comes back as another process, with what it has kept. */
  restart(): void {
    this.#run += 1;
  }

  /** What must never be done: gives requests back that were paid for. For a planted bug. */
  refund(tenant: string, heldUntil: number, count: number): void {
    for (const counts of this.#of(tenant).windows.values()) {
      add(counts, Math.floor(heldUntil / counts.width), -count);
      counts.sum -= count;
    }
  }

  /** @param caller the clock of whoever calls */
  seenBy(caller: () => number): { readonly [Name in keyof BudgetState]: Sync<BudgetState[Name]> } {
    const view = (tenant: string): View => new View(this.#of(tenant), this.#now(), caller(), this.#hold, this.#run);
    const ids = (windows: readonly BudgetWindow[]): readonly string[] => windows.map(({ id }) => id);
    return {
      charge: (tenant, windows, demand, pausedUntil) => {
        const state = view(tenant);
        if (!state.isReady(ids(windows))) return null;
        state.pauseUntil(pausedUntil, shortest(windows).length);
        const lanes = demand.map(({ lane, count }) => ({ count, ...capsOf(lane, windows) }));
        return state.charge(ids(windows), lanes);
      },
      settle: (tenant, generation, settled) => view(tenant).settle(generation, settled),
      verify: (tenant) => {
        const state = view(tenant);
        return state.isReady([]) ? { generation: state.generation, at: state.latest } : null;
      },
      pause: (tenant, windows, until) => {
        const state = view(tenant);
        if (!state.isReady(ids(windows))) return null;
        state.pauseUntil(until, shortest(windows).length);
        state.keep();
        return true;
      },
      usage: (tenant, windows) => {
        const state = view(tenant);
        return state.isReady(ids(windows)) ? state.usage(ids(windows)) : null;
      },
      begin: (tenant, windows, token) => view(tenant).begin(ids(windows), token),
      commit: (tenant, token, generation, minutes) => view(tenant).commit(token, generation, minutes),
    };
  }

  #of(tenant: string): State {
    const known = this.#states.get(tenant);
    if (known !== undefined && known.expiresAt > this.#now()) return known;
    const fresh: State = {
      generation: undefined,
      run: 0,
      windows: new Map(),
      pause: 0,
      slow: 0,
      tickets: new Set(),
      expiresAt: Infinity,
    };
    this.#states.set(tenant, fresh);
    return fresh;
  }
}

type Sync<Method> = Method extends (...args: infer Args) => Promise<infer Result> ? (...args: Args) => Result : never;

interface LaneCaps {
  readonly count: number;
  readonly full: readonly number[];
  readonly half: readonly number[];
}

/** One script call: everything by the two clocks of this moment. */
class View {
  readonly now: number;
  readonly latest: number;
  readonly #caller: number;
  readonly #redis: number;
  readonly #state: State;
  readonly #hold: number;
  readonly #run: number;

  constructor(state: State, redis: number, caller: number, hold: number, run: number) {
    this.now = Math.min(redis, caller);
    this.latest = Math.max(redis, caller);
    this.#caller = caller;
    this.#redis = redis;
    this.#state = state;
    this.#hold = hold;
    this.#run = run;
  }

  get generation(): string {
    return this.#state.generation ?? '';
  }

  isReady(ids: readonly string[]): boolean {
    const { generation, run, windows } = this.#state;
    return generation !== undefined && run === this.#run && ids.every((id) => windows.has(id));
  }

  pauseUntil(time: number, slowFor: number): void {
    if (time <= 0) return;
    this.#state.pause = Math.max(this.#state.pause, time);
    this.#state.slow = Math.max(this.#state.slow, time + slowFor);
  }

  charge(ids: readonly string[], lanes: readonly LaneCaps[]) {
    this.#openAll();
    const { pause, slow, windows } = this.#state;
    const sums = ids.map((id) => windows.get(id)?.sum ?? 0);
    let granted = 0;
    const grants = lanes.map(({ count, full, half }) => {
      const caps = this.now < slow ? half : full;
      const room = caps.map((cap, i) => cap - (sums[i] ?? 0) - granted);
      const given = Math.max(0, Math.min(this.now < pause ? 0 : count, ...room));
      granted += given;
      return given;
    });
    if (granted > 0) for (const counts of windows.values()) this.#place(counts, this.latest + this.#hold, granted);
    this.keep();
    return {
      generation: this.generation,
      at: this.latest,
      heldUntil: this.latest + this.#hold,
      lanes: lanes.map((lane, i) => ({
        granted: grants[i] ?? 0,
        waitUntil: (grants[i] ?? 0) < lane.count ? this.#waitOf(ids, lane) : 0,
      })),
    };
  }

  settle(generation: string, settled: readonly { readonly heldUntil: number; readonly count: number }[]): void {
    if (!this.isReady([]) || generation !== this.#state.generation) return;
    this.#openAll();
    for (const counts of this.#state.windows.values()) {
      const to = this.#openBucket(counts, this.latest);
      for (const { heldUntil, count } of settled) {
        const from = Math.floor(heldUntil / counts.width);
        if (from < counts.tail) this.#place(counts, this.latest, count);
        else {
          add(counts, from, -count);
          add(counts, to, count);
        }
      }
    }
    this.keep();
  }

  usage(ids: readonly string[]) {
    this.#openAll();
    this.keep();
    const { pause, slow, windows } = this.#state;
    return { now: this.now, pause, slow, used: ids.map((id) => windows.get(id)?.sum ?? 0) };
  }

  begin(ids: readonly string[], token: string) {
    if (this.isReady(ids)) return null;
    const state = this.#state;
    const missing = ids.filter((id) => !state.windows.has(id));
    for (const id of missing) state.windows.set(id, emptyCounts(id));
    if (missing.length > 0 || state.run !== this.#run) this.#wipe();
    state.tickets.add(token);
    state.expiresAt = this.#redis + Math.max(this.#longest(), state.slow - this.now) + this.#hold + restMs;
    return { now: this.now, longest: this.#longest() };
  }

  commit(token: string, generation: string, minutes: readonly (readonly [time: number, requests: number])[]): void {
    const state = this.#state;
    if (state.generation !== undefined || state.run !== this.#run || !state.tickets.has(token)) return;
    this.#wipe();
    state.generation = generation;
    for (const counts of state.windows.values()) {
      counts.tail = this.#oldest(counts);
      for (const [time, requests] of minutes)
        if (Math.floor(time / counts.width) >= counts.tail) this.#place(counts, time, requests);
    }
    this.keep();
  }

  keep(): void {
    const rest = Math.max(this.#longest() + this.#hold + restMs, this.#state.slow - this.now + restMs);
    this.#state.expiresAt = this.#redis + rest;
  }

  #wipe(): void {
    const state = this.#state;
    state.generation = undefined;
    state.run = this.#run;
    state.tickets.clear();
    for (const id of state.windows.keys()) state.windows.set(id, emptyCounts(id));
  }

  #longest(): number {
    return Math.max(0, ...[...this.#state.windows.values()].map(({ length }) => length));
  }

  #openAll(): void {
    for (const counts of this.#state.windows.values()) {
      const first = this.#oldest(counts);
      for (const [bucket, count] of counts.buckets) {
        if (bucket >= first || bucket < counts.tail) continue;
        counts.sum -= count;
        counts.buckets.delete(bucket);
      }
      counts.tail = Math.max(counts.tail, first);
    }
  }

  #oldest({ length, width }: Counts): number {
    return Math.floor((this.now - length) / width);
  }

  #openBucket(counts: Counts, time: number): number {
    return Math.max(Math.floor(time / counts.width), counts.tail);
  }

  #place(counts: Counts, time: number, count: number): void {
    add(counts, this.#openBucket(counts, time), count);
    counts.sum += count;
  }

  #waitOf(ids: readonly string[], { full, half }: LaneCaps): number {
    const { pause, slow } = this.#state;
    let wait = this.#allFreeAt(ids, full);
    if (this.now < slow) wait = Math.min(Math.max(wait, slow), this.#allFreeAt(ids, half));
    return Math.max(wait, pause) + this.#caller - this.now;
  }

  #allFreeAt(ids: readonly string[], caps: readonly number[]): number {
    return Math.max(this.now, ...ids.map((id, i) => this.#freeAt(this.#state.windows.get(id), caps[i] ?? 0)));
  }

  #freeAt(counts: Counts | undefined, cap: number): number {
    if (counts === undefined) return this.now;
    let need = counts.sum + 1 - cap;
    if (need <= 0) return this.now;
    for (const [bucket, count] of [...counts.buckets].toSorted(([a], [b]) => a - b)) {
      if (bucket < counts.tail) continue;
      need -= count;
      if (need <= 0) return (bucket + 1) * counts.width + counts.length;
    }
    return this.now + counts.length;
  }
}

function emptyCounts(id: string): Counts {
  const [length = 0, width = 1] = id.split('/').map(Number);
  return { length, width, sum: 0, tail: 0, buckets: new Map() };
}

function add(counts: Counts, bucket: number, count: number): void {
  const sum = (counts.buckets.get(bucket) ?? 0) + count;
  if (sum <= 0) counts.buckets.delete(bucket);
  else counts.buckets.set(bucket, sum);
}
