import { BridgeError } from '#core';
import { Breaker, type Ending } from './breaker.ts';
import type { PolarRequest } from './request.ts';

/** What a breaker stands before: all of a tenant, one operation for all athletes of a tenant, or one athlete. */
export type BreakerScope = 'tenant' | 'resource' | 'connection';

/** A breaker that has opened, stayed open after another try, or closed. */
export interface BreakerState {
  readonly scope: BreakerScope;
  readonly tenant: string;
  /** The name of the resource or the id of the connection; empty for a tenant. */
  readonly key: string;
  readonly isOpen: boolean;
  /** How many have failed in a row: athletes, for an athlete operations. */
  readonly failed: number;
  /** Epoch ms; since when it has been open, and before which nothing is sent. */
  readonly since: number;
  readonly until: number;
}

export interface BreakersOptions {
  readonly now: () => number;
  /** Between 0 and 1: those that wait do not all come back at once. */
  readonly random: () => number;
  /** Told whenever a breaker opens or closes. */
  readonly onChange?: (state: BreakerState) => void;
}

/** Whom a request is for. */
type Asked = Pick<PolarRequest, 'tenant' | 'resource' | 'connection'>;

interface ScopeRules {
  readonly scope: BreakerScope;
  readonly keyOf: (asked: Asked) => string;
  readonly witnessOf: (asked: Asked) => string;
  readonly most: number;
  /** For people. */
  readonly who: string;
}

const scopes: readonly ScopeRules[] = [
  { scope: 'tenant', keyOf: () => '', witnessOf: ({ connection }) => connection, most: 10, who: 'athletes' },
  {
    scope: 'resource',
    keyOf: ({ resource }) => resource,
    witnessOf: ({ connection }) => connection,
    most: 5,
    who: 'athletes',
  },
  {
    scope: 'connection',
    keyOf: ({ connection }) => connection,
    witnessOf: ({ resource }) => resource,
    most: 5,
    who: 'operations',
  },
];

const longestSpreadMs = 900_000;

/** Those that have failed longest ago are forgotten: a connection may never be asked for again. */
const mostKept = 10_000;

interface Kept {
  readonly rules: ScopeRules;
  readonly tenant: string;
  readonly key: string;
  readonly breaker: Breaker;
}

/** The breakers of this process, for all tenants. One is kept only from a failure to the next answer. */
export class Breakers {
  readonly #options: BreakersOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: BreakersOptions) {
    this.#options = options;
  }

  /**
   * Asks every breaker that a request has to pass.
   * @returns to be called once with the end of the request
   * @throws BridgeError BREAKER_OPEN with `waitUntil` and `since` when one of them does not let it pass
   */
  enter(asked: Asked): (ending: Ending) => void {
    const now = this.#options.now();
    const before = scopes.flatMap((rules) => this.#kept.get(nameOf(rules, asked)) ?? []);
    for (const kept of before) if (kept.breaker.waitsUntil(now) !== undefined) throw this.#refusal(kept, now);
    for (const { breaker } of before) breaker.enter(now);
    return (ending) => {
      for (const rules of scopes) this.#leave(rules, asked, ending);
    };
  }

  /** @returns the first open one that such a request would meet */
  before(asked: Asked): BreakerState | undefined {
    const kept = scopes.map((rules) => this.#kept.get(nameOf(rules, asked)));
    const open = kept.find((one) => one?.breaker.isOpen === true);
    return open === undefined ? undefined : this.#stateOf(open);
  }

  /** All that are open. */
  open(): readonly BreakerState[] {
    return [...this.#kept.values()].filter(({ breaker }) => breaker.isOpen).map((kept) => this.#stateOf(kept));
  }

  #leave(rules: ScopeRules, asked: Asked, ending: Ending): void {
    const name = nameOf(rules, asked);
    const known = this.#kept.get(name);
    if (known === undefined && ending !== 'failed') return;
    const { tenant } = asked;
    const kept = known ?? { rules, tenant, key: rules.keyOf(asked), breaker: new Breaker(rules.most) };
    const wasOpen = kept.breaker.isOpen;
    kept.breaker.leave(ending, rules.witnessOf(asked), this.#options.now());
    if (ending === 'answered') this.#kept.delete(name);
    if (ending === 'failed') this.#keep(name, kept);
    if (wasOpen !== kept.breaker.isOpen) this.#options.onChange?.(this.#stateOf(kept));
  }

  #keep(name: string, kept: Kept): void {
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }

  #stateOf({ rules, tenant, key, breaker }: Kept): BreakerState {
    const until = breaker.waitsUntil(this.#options.now()) ?? 0;
    return {
      scope: rules.scope,
      tenant,
      key,
      isOpen: breaker.isOpen,
      failed: breaker.witnesses,
      since: breaker.since,
      until,
    };
  }

  #refusal({ rules, tenant, breaker }: Kept, now: number): BridgeError {
    const until = breaker.waitsUntil(now) ?? now;
    const waitUntil = Math.ceil(until + this.#options.random() * spreadMs(breaker, now));
    return new BridgeError(
      'BREAKER_OPEN',
      `Nothing is sent for now: ${breaker.witnesses} ${rules.who} in a row got no answer from the provider. It is tried again.`,
      {
        waitUntil,
        since: breaker.since,
        fields: { tenant, breaker: rules.scope, until: new Date(until).toISOString() },
      },
    );
  }
}

/** Over how long those that wait come back: the longer it has been open, the more they are, and the less they may ask. */
function spreadMs({ restMs, since }: Breaker, now: number): number {
  return Math.min(longestSpreadMs, Math.max(restMs / 2, (now - since) / 4));
}

function nameOf({ scope, keyOf }: ScopeRules, asked: Asked): string {
  return `${scope} ${asked.tenant} ${keyOf(asked)}`;
}
