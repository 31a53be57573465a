import type { BudgetUsage } from '#core';
import type { DatabaseStatus, LaneState } from '#store';
import type { KnownTenant, LookedUp, StatusFacts } from './facts.ts';
import { statusFrom, tenantsToShow, type Status } from './status.ts';
import { symptomsOf } from './symptoms.ts';

export const at = Date.parse('2026-11-27T02:14:33Z');
const minute = 60_000;
export const ago = (minutes: number): number => at - minutes * minute;

export const tenantOf = (id: string, more: Partial<KnownTenant> = {}): KnownTenant => ({
  id,
  name: id,
  paused: false,
  targets: 2400,
  maxSeconds: 43_200,
  stretch: 1,
  ...more,
});

export const laneOf = (lane: number, more: Partial<LaneState> = {}): LaneState => ({
  lane,
  owner: `publisher-${lane % 2 === 0 ? '7f9c' : '2b4d'}`,
  leaseUntil: new Date(at + 20_000).toISOString(),
  nextPosition: 1000,
  relayed: 999,
  lagRows: 0,
  lagSeconds: 0,
  ...more,
});

export const eightLanes = (more: Partial<LaneState> = {}): readonly LaneState[] =>
  Array.from({ length: 8 }, (_, lane) => laneOf(lane, more));

export const budgetOf = (used: number): BudgetUsage => ({
  windows: [
    { seconds: 900, limit: 3000, used, left: 2940 - used, leftForBackfill: 2200 - used },
    { seconds: 86_400, limit: 100_000, used: 61_240, left: 36_760, leftForBackfill: 20_000 },
  ],
  pausedUntil: null,
});

export const lookedUp = (more: Partial<LookedUp> = {}): LookedUp => ({
  budget: budgetOf(412),
  expectedDelay: 760,
  seenDelay: { changes: 38, medianSeconds: 812 },
  ...more,
});

export const database = (more: Partial<DatabaseStatus> = {}): DatabaseStatus => ({
  at,
  athletes: [
    { tenant: 'acme', status: 'active', athletes: 1180 },
    { tenant: 'acme', status: 'needs_reauth', athletes: 14 },
    { tenant: 'acme', status: 'paused', athletes: 2 },
    { tenant: 'nordic', status: 'active', athletes: 212 },
  ],
  late: [],
  failing: [],
  lanes: eightLanes(),
  parked: [],
  ...more,
});

export const facts = (more: Partial<StatusFacts> = {}): StatusFacts => ({
  at,
  services: { postgresql: 'up', redis: 'up' },
  relay: 'kafka',
  tenants: [
    tenantOf('acme', { name: 'Acme Sleep Lab' }),
    tenantOf('nordic', { name: 'Nordic Runners', targets: 420 }),
    tenantOf('trial', { name: 'Trial of 2027', paused: true, targets: 0 }),
  ],
  silent: new Map(),
  breakers: [],
  database: database(),
  ...more,
});

/** As the desk puts it together. */
export function statusOf(given: StatusFacts, of: (tenant: string) => LookedUp = () => lookedUp()): Status {
  const shown = tenantsToShow(given, symptomsOf(given));
  return statusFrom(given, new Map(shown.map(({ id }) => [id, of(id)])));
}

/** A night on which a lot comes together. */
export const brokenFacts = facts({
  tenants: [
    tenantOf('acme', { name: 'Acme Sleep Lab' }),
    tenantOf('nordic', { name: 'Nordic Runners', targets: 420, stretch: 1.8 }),
    tenantOf('trial', { name: 'Trial of 2027', paused: true, targets: 0 }),
  ],
  silent: new Map([['acme', ago(25)]]),
  database: database({
    late: [
      { tenant: 'acme', seconds: 1500 },
      { tenant: 'nordic', seconds: 2640 },
    ],
    lanes: eightLanes().map((lane) =>
      [2, 5].includes(lane.lane) ? { ...lane, lagRows: 602 + lane.lane, lagSeconds: 372 } : lane,
    ),
    parked: [{ tenant: 'nordic', lane: 5, reason: 'too_large', streams: 3, since: ago(190) }],
  }),
});

export const brokenStatus = (): Status =>
  statusOf(brokenFacts, (tenant) =>
    tenant === 'nordic'
      ? lookedUp({ budget: budgetOf(2940), seenDelay: { changes: 12, medianSeconds: 4260 } })
      : lookedUp(),
  );

/** More tenants than are shown. */
export const crowdedFacts = (tenants: number): StatusFacts => {
  const all = Array.from({ length: tenants }, (_, number) =>
    tenantOf(`tenant-${String(number).padStart(5, '0')}`, { name: `Tenant with a long name ${number}` }),
  );
  return facts({
    tenants: all,
    database: database({
      athletes: all.flatMap(({ id }) => [
        { tenant: id, status: 'active' as const, athletes: 1180 },
        { tenant: id, status: 'degraded' as const, athletes: 2 },
        { tenant: id, status: 'needs_reauth' as const, athletes: 14 },
      ]),
    }),
  });
};
