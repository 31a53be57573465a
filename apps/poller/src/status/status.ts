import { type BudgetUsage, isHeld } from '#core';
import type { AthleteCount, LaneState, ParkedLane } from '#store';
import type { SeenDelay } from './change-delays.ts';
import type { KnownTenant, LookedUp, StatusFacts } from './facts.ts';
import { findingsOf, type Finding } from './findings.ts';
import { budgetSymptoms, symptomsOf, type Severity, type Symptom, type SymptomKind } from './symptoms.ts';

export type Level = 'good' | Severity;

/** A tenant as the page shows it. What is not known is null. */
export interface TenantStatus {
  readonly id: string;
  readonly name: string;
  readonly state: Level | 'paused' | 'unknown';
  /** Why it is `bad` or `warn`: each kind once, the worst first. */
  readonly troubles: readonly SymptomKind[];
  /** How long the poll has waited that has waited longest for its turn. */
  readonly lateSeconds: number | null;
  /** The longest pause between two polls of a target, as it is now. */
  readonly longestPauseSeconds: number;
  readonly stretch: number;
  readonly expectedDelaySeconds: number | null;
  readonly seenDelay: SeenDelay | null;
  readonly budget: BudgetUsage | null;
  readonly athletes: readonly AthleteCount[] | null;
}

export interface LaneStatus {
  readonly lane: number;
  readonly level: Level;
  /** Null while nobody holds it; `Debezium` where that brings the lanes. */
  readonly owner: string | null;
  readonly lagRows: number;
  readonly lagSeconds: number;
  readonly parkedAthletes: number;
}

/** How everything is: what is wrong in sentences, and the figures behind it. */
export interface Status {
  /** Epoch ms. */
  readonly at: number;
  readonly level: Level;
  readonly findings: readonly Finding[];
  readonly tenants: readonly TenantStatus[];
  /** Tenants that are not shown, and how many of them have something wrong. */
  readonly leftOut: { readonly tenants: number; readonly wrong: number };
  /** Athletes of all tenants; null where it is not known. */
  readonly athletes: number | null;
  readonly lanes: readonly LaneStatus[] | null;
}

/** So many tenants are shown. */
export const mostTenants = 50;

/** Of all tenants those to show: what is wrong first, then who has most athletes. */
export function tenantsToShow(facts: StatusFacts, symptoms: readonly Symptom[]): readonly KnownTenant[] {
  const levels = levelsOf(symptoms);
  const athletes = athletesOf(facts);
  const rank = ({ id }: KnownTenant): number => ranks[levels.get(id) ?? 'good'];
  const size = ({ id }: KnownTenant): number =>
    (athletes?.get(id) ?? []).reduce((sum, { athletes: count }) => sum + count, 0);
  return facts.tenants
    .toSorted((a, b) => rank(a) - rank(b) || size(b) - size(a) || a.id.localeCompare(b.id))
    .slice(0, mostTenants);
}

/** @param lookedUp what was looked up for each tenant that is to be shown, in the order in which they are shown */
export function statusFrom(facts: StatusFacts, lookedUp: ReadonlyMap<string, LookedUp>): Status {
  const found = symptomsOf(facts);
  const symptoms = [...found, ...budgetSymptoms(facts, lookedUp, found)];
  const levels = levelsOf(symptoms);
  const known = new Map(facts.tenants.map((tenant) => [tenant.id, tenant]));
  const tenants = [...lookedUp].flatMap(([id, more]) => {
    const tenant = known.get(id);
    return tenant === undefined ? [] : [tenantStatus(facts, tenant, more, symptoms)];
  });
  const hidden = facts.tenants.filter(({ id }) => !lookedUp.has(id));
  return {
    at: facts.at,
    level: worst(symptoms.map(({ severity }) => severity)),
    findings: findingsOf(symptoms, facts.at),
    tenants,
    leftOut: { tenants: hidden.length, wrong: hidden.filter(({ id }) => levels.has(id)).length },
    athletes: facts.database?.athletes?.reduce((sum, { athletes }) => sum + athletes, 0) ?? null,
    lanes: facts.database?.lanes?.map((lane) => laneStatus(facts, lane, symptoms)) ?? null,
  };
}

const ranks: Readonly<Record<Level, number>> = { bad: 0, warn: 1, good: 2 };

function worst(levels: readonly Level[]): Level {
  return levels.reduce((a, b) => (ranks[b] < ranks[a] ? b : a), 'good');
}

function levelsOf(symptoms: readonly Symptom[]): ReadonlyMap<string, Level> {
  const byTenant = Map.groupBy(symptoms, ({ tenant = '' }) => tenant);
  byTenant.delete('');
  return new Map([...byTenant].map(([tenant, some]) => [tenant, worst(some.map(({ severity }) => severity))]));
}

function athletesOf({ database }: StatusFacts): ReadonlyMap<string, readonly AthleteCount[]> | undefined {
  return database?.athletes && Map.groupBy(database.athletes, ({ tenant }) => tenant);
}

function tenantStatus(
  facts: StatusFacts,
  tenant: KnownTenant,
  more: LookedUp,
  symptoms: readonly Symptom[],
): TenantStatus {
  const { id, name, stretch, maxSeconds } = tenant;
  const own = symptoms.filter((symptom) => symptom.tenant === id);
  const level = worst(own.map(({ severity }) => severity));
  const late = facts.database?.late;
  return {
    id,
    name,
    state: level === 'good' ? calmState(facts, tenant) : level,
    troubles: [...new Set(own.toSorted((a, b) => ranks[a.severity] - ranks[b.severity]).map(({ kind }) => kind))],
    lateSeconds: late === undefined ? null : (late.find((one) => one.tenant === id)?.seconds ?? 0),
    longestPauseSeconds: maxSeconds * stretch,
    stretch,
    expectedDelaySeconds: more.expectedDelay ?? null,
    seenDelay: more.seenDelay ?? null,
    budget: more.budget ?? null,
    athletes: facts.database?.athletes?.filter((one) => one.tenant === id) ?? null,
  };
}

/** Of whom nothing wrong is known. While something is away nobody is polled, and it would be wrong to say that all is well. */
function calmState({ database, services }: StatusFacts, { paused }: KnownTenant): TenantStatus['state'] {
  if (paused) return 'paused';
  const isKnown = database?.late !== undefined && database.failing !== undefined;
  return isKnown && !Object.values(services).includes('down') ? 'good' : 'unknown';
}

function laneStatus({ database, relay }: StatusFacts, lane: LaneState, symptoms: readonly Symptom[]): LaneStatus {
  const everywhere = symptoms.filter(({ kind }) => kind === 'no-publisher');
  const here = symptoms.filter((symptom) => symptom.lane === lane.lane);
  const parked: readonly ParkedLane[] = database?.parked ?? [];
  return {
    lane: lane.lane,
    level: worst([...everywhere, ...here].map(({ severity }) => severity)),
    owner: relay === 'debezium' ? 'Debezium' : isHeld(lane, database?.at ?? 0) ? lane.owner : null,
    lagRows: lane.lagRows,
    lagSeconds: lane.lagSeconds,
    parkedAthletes: parked.reduce((sum, one) => sum + (one.lane === lane.lane ? one.streams : 0), 0),
  };
}
