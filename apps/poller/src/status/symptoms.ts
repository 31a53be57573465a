import { isHeld, longestLagSeconds } from '#core';
import type { LaneState } from '#store';
import type { KnownTenant, LookedUp, StatusFacts } from './facts.ts';

/** `bad`: somebody has to act now. `warn`: somebody should look at it by day. */
export type Severity = 'bad' | 'warn';

export type SymptomKind =
  | 'service-down'
  | 'database-slow'
  | 'no-publisher'
  | 'lanes-free'
  | 'lanes-behind'
  | 'provider-silent'
  | 'refresh-failing'
  | 'consent-lost'
  | 'polls-failing'
  | 'polls-late'
  | 'parked'
  | 'budget-refused'
  | 'budget-used-up'
  | 'resource-silent'
  | 'quota-short'
  | 'not-in-file';

/** One thing that is wrong, of one tenant or of everything. */
export interface Symptom {
  readonly kind: SymptomKind;
  readonly severity: Severity;
  readonly tenant?: string;
  /** What it is about, where there are several of the kind: a service, a resource, an error, a reason. */
  readonly about?: string;
  readonly lane?: number;
  /** Epoch ms; for `budget-refused` until when. */
  readonly at?: number;
  readonly count?: number;
  readonly of?: number;
  /** Of time, or how many times too long. */
  readonly amount?: number;
}

/** From where on something is wrong. docs/status-page.md has them too. */
export const limits = {
  lateSeconds: { warn: 900, bad: 3600 },
  lagSeconds: { warn: longestLagSeconds, bad: 300 },
  /** A lane that nobody holds may be on its way from one publisher to the next. */
  freeLaneSeconds: 30,
  failingTargets: { warn: 5, badShare: 0.2 },
  degraded: { warn: 5, badShare: 0.2 },
  lostConsents: { least: 5, share: 0.5 },
  parkedAthletes: { bad: 20 },
  stretch: 1.5,
} as const;

const providerErrors = new Set(['PROVIDER_UNAVAILABLE', 'PROVIDER_TIMEOUT', 'BREAKER_OPEN']);

export function symptomsOf(facts: StatusFacts): readonly Symptom[] {
  const silent = silentSince(facts);
  return [
    ...ofServices(facts),
    ...ofLanes(facts),
    ...[...silent].map(([tenant, at]) => ({ kind: 'provider-silent', severity: 'bad', tenant, at }) as const),
    ...ofResources(facts, silent),
    ...ofFailures(facts, silent),
    ...ofLateness(facts, silent),
    ...ofAthletes(facts),
    ...ofParked(facts),
    ...ofQuotas(facts),
  ];
}

/** What its budget tells of a tenant; and if that is used up, why it is late. */
export function budgetSymptoms(
  facts: StatusFacts,
  lookedUp: ReadonlyMap<string, LookedUp>,
  found: readonly Symptom[],
): readonly Symptom[] {
  const late = new Set(found.flatMap(({ kind, tenant }) => (kind === 'polls-late' && tenant ? [tenant] : [])));
  return [...lookedUp].flatMap(([tenant, { budget }]): readonly Symptom[] => {
    const until = budget?.pausedUntil ?? 0;
    if (until > facts.at) return [{ kind: 'budget-refused', severity: 'warn', tenant, at: until }];
    const isUsedUp = budget?.windows.some(({ left }) => left <= 0) ?? false;
    return isUsedUp && late.has(tenant) ? [{ kind: 'budget-used-up', severity: 'warn', tenant }] : [];
  });
}

function silentSince({ silent, breakers }: StatusFacts): ReadonlyMap<string, number> {
  const open = breakers.flatMap(({ scope, tenant, since }) => (scope === 'tenant' ? [[tenant, since] as const] : []));
  return new Map([...open, ...silent]);
}

function ofServices({ services, database }: StatusFacts): readonly Symptom[] {
  const down = Object.entries(services).flatMap(([about, state]): readonly Symptom[] =>
    state === 'down' ? [{ kind: 'service-down', severity: 'bad', about }] : [],
  );
  if (services['postgresql'] === 'down') return down;
  if (database === undefined) return [...down, { kind: 'database-slow', severity: 'bad', about: 'anything' }];
  const parts = { athletes: 'athletes', late: 'what is late', failing: 'what fails', lanes: 'lanes', parked: 'parked' };
  const unread = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => database[part] === undefined);
  return [...down, ...unread.map((part) => ({ kind: 'database-slow', severity: 'warn', about: parts[part] }) as const)];
}

function ofLanes({ database, relay }: StatusFacts): readonly Symptom[] {
  const lanes = database?.lanes ?? [];
  const now = database?.at ?? 0;
  const waiting = lanes.reduce((sum, { lagRows }) => sum + lagRows, 0);
  const oldest = Math.max(0, ...lanes.map(({ lagSeconds }) => lagSeconds));
  const isFree = (lane: LaneState): boolean => relay === 'kafka' && !isHeld(lane, now);
  if (lanes.length > 0 && lanes.every(isFree))
    return [{ kind: 'no-publisher', severity: 'bad', count: waiting, amount: oldest }];
  return lanes.flatMap((one): readonly Symptom[] => {
    const { lane, lagRows: count, lagSeconds: amount } = one;
    if (isFree(one) && amount > limits.freeLaneSeconds)
      return [{ kind: 'lanes-free', severity: 'bad', lane, count, amount }];
    const severity = severityOf(amount, limits.lagSeconds);
    return severity === undefined ? [] : [{ kind: 'lanes-behind', severity, lane, count, amount }];
  });
}

function ofResources({ breakers }: StatusFacts, silent: ReadonlyMap<string, number>): readonly Symptom[] {
  return breakers.flatMap(({ scope, tenant, key: about, since: at }): readonly Symptom[] =>
    scope === 'resource' && !silent.has(tenant)
      ? [{ kind: 'resource-silent', severity: 'warn', tenant, about, at }]
      : [],
  );
}

/** What fails because Polar is away is told by that. */
function ofFailures({ database, tenants }: StatusFacts, silent: ReadonlyMap<string, number>): readonly Symptom[] {
  const { warn, badShare } = limits.failingTargets;
  const targets = new Map(tenants.map((tenant) => [tenant.id, tenant.targets]));
  return (database?.failing ?? []).flatMap(({ tenant, error: about, targets: count }): readonly Symptom[] => {
    if (count < warn || (silent.has(tenant) && providerErrors.has(about))) return [];
    const of = targets.get(tenant) ?? 0;
    return [{ kind: 'polls-failing', severity: count >= of * badShare ? 'bad' : 'warn', tenant, about, count, of }];
  });
}

/** Where nothing can be polled, lateness is no news. */
function ofLateness({ database, services }: StatusFacts, silent: ReadonlyMap<string, number>): readonly Symptom[] {
  if (Object.values(services).includes('down')) return [];
  return (database?.late ?? []).flatMap(({ tenant, seconds: amount }): readonly Symptom[] => {
    const severity = silent.has(tenant) ? undefined : severityOf(amount, limits.lateSeconds);
    return severity === undefined ? [] : [{ kind: 'polls-late', severity, tenant, amount }];
  });
}

function ofAthletes({ database, tenants }: StatusFacts): readonly Symptom[] {
  const known = new Map<string, KnownTenant>(tenants.map((tenant) => [tenant.id, tenant]));
  return [...Map.groupBy(database?.athletes ?? [], ({ tenant }) => tenant)].flatMap(([tenant, counts]) => {
    const of = counts.reduce((sum, { athletes }) => sum + athletes, 0);
    if (!known.has(tenant)) return [{ kind: 'not-in-file', severity: 'warn', tenant, count: of } as const];
    const countOf = (wanted: string) => counts.find(({ status }) => status === wanted)?.athletes ?? 0;
    return ofConsents(tenant, of, { degraded: countOf('degraded'), lost: countOf('needs_reauth') });
  });
}

function ofConsents(
  tenant: string,
  of: number,
  { degraded, lost }: { readonly degraded: number; readonly lost: number },
): readonly Symptom[] {
  const { warn, badShare } = limits.degraded;
  const { least, share } = limits.lostConsents;
  const severity = degraded >= of * badShare ? 'bad' : 'warn';
  return [
    ...(degraded >= warn ? ([{ kind: 'refresh-failing', severity, tenant, count: degraded, of }] as const) : []),
    ...(lost >= Math.max(least, of * share)
      ? ([{ kind: 'consent-lost', severity: 'bad', tenant, count: lost, of }] as const)
      : []),
  ];
}

function ofParked({ database }: StatusFacts): readonly Symptom[] {
  return [...Map.groupBy(database?.parked ?? [], ({ tenant, reason }) => `${tenant} ${reason}`).values()].map(
    (some) => {
      const count = some.reduce((sum, { streams }) => sum + streams, 0);
      const [{ tenant, reason } = { tenant: '', reason: '' }] = some;
      const severity = count >= limits.parkedAthletes.bad ? 'bad' : 'warn';
      return {
        kind: 'parked',
        severity,
        tenant,
        about: reason,
        count,
        at: Math.min(...some.map(({ since }) => since)),
      };
    },
  );
}

function ofQuotas({ tenants }: StatusFacts): readonly Symptom[] {
  return tenants.flatMap(({ id: tenant, paused, stretch: amount }): readonly Symptom[] =>
    !paused && amount >= limits.stretch ? [{ kind: 'quota-short', severity: 'warn', tenant, amount }] : [],
  );
}

function severityOf(value: number, { warn, bad }: { readonly warn: number; readonly bad: number }) {
  if (value >= bad) return 'bad';
  return value >= warn ? 'warn' : undefined;
}
