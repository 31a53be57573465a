import { randomUUID } from 'node:crypto';
import { setImmediate as tick } from 'node:timers/promises';
import { isBridgeError, type Budget, type BudgetLane, type Permit, type QuotaLedger, type QuotaWindow } from '#core';
import type { Redis } from 'ioredis';
import { countAt, fullest, type Sent } from './budget.fixture.ts';
import { budgetOn } from './budget.ts';
import { halved } from './lanes.ts';
import type { BudgetParts } from './parts.ts';
import { onState, rebuild } from './rebuild.ts';
import { createState, type BudgetState } from './state.ts';
import { shortest, toWindows, type BudgetWindow } from './windows.ts';

/** What becomes of one call of Redis or of the ledger: done, never arrived, done with the answer lost, or with an answer that waits (as a call of its own) because the process stands still. */
export type Fate = 'done' | 'lost' | 'unanswered' | 'late';
export type Scale = 0 | 1 | 2;

/** A call that a replica is about to make. */
interface Call {
  readonly replica: Replica;
  readonly tenant: string;
  readonly make: (fate: Fate) => Promise<void>;
}

interface Replica {
  readonly budget: Budget;
  /** Its own pauses, by tenant. */
  readonly pauses: Map<string, number>;
}

interface Tenant {
  readonly name: string;
  readonly key: string;
  readonly windows: readonly BudgetWindow[];
  /** What the provider may have counted, in true time. */
  readonly sent: (Sent & { end: number })[];
  /** The pause that the state must know, as far as it hasn't been lost. */
  pausedUntil: number;
}

interface UnderWay {
  readonly replica: Replica;
  readonly permit: Permit;
  readonly request: { end: number };
}

const keyPrefix = `test-adversity-${randomUUID()}`;
const clockKey = `${keyPrefix}:clock`;
const clock = `local function clock() return tonumber(redis.call('GET', '${clockKey}')) end\n`;

/**
 * Replicas that share a budget, on real Redis and the real ledger, in a time of its own. Every call of either waits until
 * the test says what becomes of it, so any order of the calls of all replicas can be played. What went out is counted
 * here, in true time and by no code of the budget's.
 */
export class AdverseWorld {
  readonly problems: string[] = [];
  readonly #redis: Redis;
  readonly #ledger: QuotaLedger;
  readonly #hold: number;
  readonly #tenants: readonly Tenant[];
  readonly #replicas: Replica[] = [];
  readonly #auditor: BudgetParts;
  #calls: Call[] = [];
  #underWay: UnderWay[] = [];
  #copies = new Map<Tenant, readonly string[]>();
  #now = 1_800_000_000_123;
  /** How far each clock is off. One of them is always right. */
  #error = { redis: 0, callers: 0 };

  constructor(redis: Redis, ledger: QuotaLedger, quotas: readonly (readonly QuotaWindow[])[], holdSeconds: number) {
    this.#redis = redis;
    this.#ledger = ledger;
    this.#hold = holdSeconds * 1000;
    this.#tenants = quotas.map((quota) => {
      const name = randomUUID();
      return { name, key: `{${keyPrefix}:${name}}`, windows: toWindows(quota), sent: [], pausedUntil: 0 };
    });
    this.#auditor = this.#parts(this.#state());
    for (let nr = 0; nr < 3; nr += 1) this.#replicas.push(this.#replica());
  }

  async advance(by: number, of: Scale): Promise<void> {
    await this.#setTime(this.#now + Math.floor(Math.abs(by) * this.#scale(of)));
  }

  /** One clock is off by so much from now on, and the other is right again. */
  async step(which: 'redis' | 'callers', by: number, of: Scale): Promise<void> {
    this.#error = { redis: 0, callers: 0, [which]: Math.floor(by * this.#scale(of)) };
    await this.#setTime(this.#now);
  }

  async charge(nr: number, of: number, lane: BudgetLane, count: number): Promise<void> {
    const replica = this.#replicaAt(nr);
    const tenant = this.#tenantAt(of);
    for (let i = 0; i < count; i += 1) {
      replica.budget.charge(tenant.name, lane).then(
        (permit) => {
          // A caller gives a request up after half of the hold.
          const request = { start: this.#now, end: this.#now + this.#hold / 2 };
          tenant.sent.push(request);
          this.#underWay.push({ replica, permit, request });
        },
        (error: unknown) => {
          const known = isBridgeError(error, 'BUDGET_EXHAUSTED') || isBridgeError(error, 'BUDGET_UNAVAILABLE');
          if (!known) this.problems.push(`a charge failed: ${String(error)}`);
        },
      );
    }
    await quiet();
  }

  async settle(pick: number, count: number): Promise<void> {
    for (const { permit, request } of this.#underWay.splice(pick % (this.#underWay.length + 1), count)) {
      request.end = Math.min(request.end, this.#now);
      void permit.settle();
    }
    await quiet();
  }

  async pause(nr: number, of: number, by: number): Promise<void> {
    const { budget, pauses } = this.#replicaAt(nr);
    const tenant = this.#tenantAt(of);
    const until = this.#now + Math.floor(by * shortest(tenant.windows).length);
    pauses.set(tenant.name, Math.max(until, pauses.get(tenant.name) ?? 0));
    budget.pause(tenant.name, until).catch(() => undefined);
    await quiet();
  }

  /** One of the calls that wait is made. */
  async proceed(pick: number, fate: Fate): Promise<void> {
    const [call] = this.#calls.splice(pick % Math.max(1, this.#calls.length), 1);
    await call?.make(fate);
    await quiet();
  }

  /** A replica's calls are made until it has none, or so many of them. */
  async goOn(nr: number, most = Infinity, fate: Fate = 'done'): Promise<void> {
    const replica = this.#replicaAt(nr);
    for (let made = 0; made < most; made += 1) {
      const next = this.#calls.findIndex((call) => call.replica === replica);
      if (next < 0) return;
      await this.proceed(next, fate);
    }
  }

  /** What it was about to do is never done, and it tells nobody how its requests end. */
  crash(nr: number): void {
    const replica = this.#replicaAt(nr);
    this.#calls = this.#calls.filter((call) => call.replica !== replica);
    this.#underWay = this.#underWay.filter((one) => one.replica !== replica);
    this.#replicas[nr % this.#replicas.length] = this.#replica();
  }

  /** Redis is flushed, or comes back with nothing. */
  async lose(): Promise<void> {
    await this.#redis.del(...this.#tenants.map(({ key }) => key));
    for (const tenant of this.#tenants) tenant.pausedUntil = 0;
  }

  /** Redis writes its state to disk. */
  async copy(): Promise<void> {
    for (const tenant of this.#tenants) {
      this.#copies.set(tenant, Object.entries(await this.#redis.hgetall(tenant.key)).flat());
    }
  }

  /** Redis comes back with what was written to disk last. */
  async restart(): Promise<void> {
    await this.lose();
    for (const [{ key }, copy] of this.#copies) {
      if (copy.length > 0) await this.#redis.hset(key, ...copy, 'run', 'the process that died');
    }
  }

  /** The state counts no less than what is under way or ended lately. */
  async look(): Promise<void> {
    const look = async (tenant: Tenant): Promise<void> => {
      const counted = await this.#auditor.state.usage(tenant.name, tenant.windows);
      if (counted !== null) this.#compare(tenant, counted.used, 'the state');
    };
    await Promise.all(this.#tenants.map(look));
  }

  /** Nor would a state that is lost now and rebuilt. */
  async audit(): Promise<void> {
    const parts = this.#auditor;
    await this.lose();
    for (const tenant of this.#tenants) {
      const { name, windows } = tenant;
      const rebuilt = await onState(
        () => parts.state.usage(name, windows),
        () => rebuild(parts, name, windows),
      );
      this.#compare(tenant, rebuilt.used, 'the rebuild');
    }
  }

  /** @returns what shouldn't have happened */
  async end(): Promise<readonly string[]> {
    await this.audit();
    for (const { windows, sent } of this.#tenants) {
      for (const { length, limit } of windows) {
        const most = fullest(sent, length);
        if (most > limit) this.problems.push(`${most} of ${limit} in ${length} ms`);
      }
    }
    await this.#redis.del(clockKey, ...this.#tenants.map(({ key }) => key));
    return this.problems;
  }

  #replica(): Replica {
    const pauses = new Map<string, number>();
    const gate = <Rest extends readonly unknown[], Result>(
      call: (tenant: string, ...rest: Rest) => Promise<Result>,
      seen: (tenant: string, result: Result, ...rest: Rest) => void = () => {},
    ) => {
      return (tenant: string, ...rest: Rest) =>
        new Promise<Result>((resolve, reject) => {
          const make = async (fate: Fate): Promise<void> => {
            if (fate === 'lost') return reject(new Error('it never arrived'));
            const result = await call(tenant, ...rest);
            seen(tenant, result, ...rest);
            if (fate === 'unanswered') reject(new Error('the answer was lost'));
            else if (fate === 'late') this.#calls.push({ replica, tenant, make: async () => resolve(result) });
            else resolve(result);
          };
          this.#calls.push({ replica, tenant, make });
        });
    };
    const state = this.#state();
    const ledger = this.#ledger;
    const gated: BudgetState = {
      ...state,
      charge: (tenant, windows, demand, pausedUntil) => {
        if (pausedUntil < (pauses.get(tenant) ?? 0)) this.problems.push('a pause of its own is forgotten');
        const call = gate(state.charge, (_tenant, charged) => {
          if (charged === null) return;
          const granted = charged.lanes.reduce((sum, lane) => sum + lane.granted, 0);
          this.#paced(tenant, pausedUntil, granted);
        });
        return call(tenant, windows, demand, pausedUntil);
      },
      settle: gate(state.settle),
      verify: gate(state.verify),
      pause: gate(state.pause, (tenant, paused, _windows, until) => {
        if (paused) this.#paused(tenant, until);
      }),
      begin: gate(state.begin),
      commit: gate(state.commit),
    };
    const parts = { ...this.#parts(gated), ledger: { add: gate(ledger.add), since: gate(ledger.since) } };
    const replica: Replica = { budget: budgetOn(parts), pauses };
    return replica;
  }

  /** What was granted during a pause, or at more than half pace after it. */
  #paced(name: string, pausedUntil: number, granted: number): void {
    const tenant = this.#paused(name, pausedUntil);
    if (granted === 0) return;
    const { length, limit } = shortest(tenant.windows);
    if (this.#now < tenant.pausedUntil) this.problems.push('granted in a pause');
    const half = countAt(tenant.sent, this.#now, length) + granted;
    if (this.#now < tenant.pausedUntil + length && half > halved(limit)) this.problems.push('too fast after a pause');
  }

  #paused(name: string, until: number): Tenant {
    const tenant = this.#tenants.find((one) => one.name === name);
    if (tenant === undefined) throw new Error('no such tenant');
    tenant.pausedUntil = Math.max(tenant.pausedUntil, until);
    return tenant;
  }

  #compare({ windows, sent }: Tenant, used: readonly number[], what: string): void {
    windows.forEach(({ length }, i) => {
      const counts = countAt(sent, this.#now, length);
      if ((used[i] ?? 0) < counts) this.problems.push(`${what} has ${used[i]} of ${counts} in ${length} ms`);
    });
  }

  #parts(state: BudgetState): BudgetParts {
    const windowsOf = (name: string) => this.#tenants.find((one) => one.name === name)?.windows ?? [];
    const stopwatch = () => {
      const began = this.#now;
      return () => this.#now - began;
    };
    return { state, ledger: this.#ledger, hold: this.#hold, windowsOf, stopwatch };
  }

  #state(): BudgetState {
    const now = () => this.#now + this.#error.callers;
    return createState({ redis: this.#redis, keyPrefix, hold: this.#hold, now, clock });
  }

  async #setTime(time: number): Promise<void> {
    this.#now = time;
    await this.#redis.set(clockKey, time + this.#error.redis);
  }

  #scale(of: Scale): number {
    return [this.#hold, ...this.#tenantAt(0).windows.map(({ length }) => length)][of] ?? this.#hold;
  }

  #replicaAt(nr: number): Replica {
    return this.#replicas[nr % this.#replicas.length] as Replica;
  }

  #tenantAt(nr: number): Tenant {
    return this.#tenants[nr % this.#tenants.length] as Tenant;
  }
}

/** Lets everybody go on until all of them wait for a call. */
async function quiet(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await tick();
}
