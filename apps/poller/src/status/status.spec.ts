import { describe, expect, it } from '@jest/globals';
import type { Finding } from './findings.ts';
import { mostTenants, type Status } from './status.ts';
import {
  ago,
  at,
  brokenStatus,
  budgetOf,
  crowdedFacts,
  database,
  eightLanes,
  facts,
  laneOf,
  lookedUp,
  statusOf,
  tenantOf,
} from './status.fixture.ts';
import type { StatusFacts } from './facts.ts';

const told = ({ findings }: Status): readonly string[] =>
  findings.map(({ severity, what }: Finding) => `${severity}: ${what}`);
const tellOf = (more: Partial<StatusFacts>): readonly string[] => told(statusOf(facts(more)));
const inDatabase = (more: Parameters<typeof database>[0]) => tellOf({ database: database(more) });
const open = { isOpen: true, failed: 10, until: at + 60_000 };

describe('the status', () => {
  it('has nothing to tell while all is well', () => {
    const status = statusOf(facts());
    expect(status).toMatchObject({ level: 'good', findings: [], athletes: 1408, leftOut: { tenants: 0, wrong: 0 } });
    expect(status.tenants.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'acme good',
      'nordic good',
      'trial paused',
    ]);
    expect(status.tenants[0]).toMatchObject({ lateSeconds: 0, longestPauseSeconds: 43_200, expectedDelaySeconds: 760 });
  });

  it('tells the worst first, and what is wrong with whom', () => {
    const status = brokenStatus();
    expect(status.level).toBe('bad');
    expect(told(status)).toEqual([
      'bad: Events reach Kafka up to 6 min late: 1\u{a0}211 events wait in lanes 2 and 5.',
      'bad: Polar does not answer for acme, since 01:49 UTC (25 min).',
      'warn: The requests of nordic are used up for now.',
      'warn: Polls of nordic are up to 44 min late.',
      'warn: Kafka refuses events of 3 athletes of nordic (too_large), since 2026-11-26 23:04 UTC (3.2 h).',
      'warn: The quota is too small for the athletes of nordic: the longest pauses are up to 1.8 times as long as the tenant file says.',
    ]);
    expect(status.tenants.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'acme bad',
      'nordic warn',
      'trial paused',
    ]);
    expect(status.lanes?.[5]).toMatchObject({ level: 'bad', lagRows: 607, parkedAthletes: 3 });
    expect(status.lanes?.[0]).toMatchObject({ level: 'good', owner: 'publisher-7f9c' });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'Redis away',
      tellOf({ services: { postgresql: 'up', redis: 'down' } }),
      ['bad: Redis does not answer the poller.'],
    ],
    [
      'PostgreSQL away, which is told once',
      tellOf({ services: { postgresql: 'down', redis: 'up' }, database: undefined }),
      ['bad: PostgreSQL does not answer the poller.'],
    ],
    [
      'a database that takes too long',
      tellOf({ database: undefined }),
      ['bad: PostgreSQL is too slow to tell anything.'],
    ],
    [
      'a part of it that does',
      inDatabase({ failing: undefined }),
      ['warn: PostgreSQL is too slow to tell what fails.'],
    ],
    [
      'no publisher, and nothing that waits',
      inDatabase({ lanes: eightLanes({ owner: null, leaseUntil: null }) }),
      ['bad: No publisher runs: nothing reaches Kafka.'],
    ],
    [
      'publishers that died',
      inDatabase({ lanes: eightLanes({ leaseUntil: new Date(at - 1).toISOString(), lagRows: 2, lagSeconds: 90 }) }),
      ['bad: No publisher runs: nothing reaches Kafka. 16 events wait, the oldest for 90 s.'],
    ],
    [
      'a lane that nobody takes',
      inDatabase({ lanes: [laneOf(0), laneOf(1, { owner: null, lagRows: 1, lagSeconds: 31 })] }),
      ['bad: No publisher takes lane 1: 1 event waits, the oldest for 31 s.'],
    ],
    ['a lane on its way to another publisher', inDatabase({ lanes: [laneOf(0), laneOf(1, { owner: null })] }), []],
    [
      'lanes that Debezium brings',
      tellOf({ relay: 'debezium', database: database({ lanes: eightLanes({ owner: null, leaseUntil: null }) }) }),
      [],
    ],
    [
      'a lane that is a little behind',
      inDatabase({ lanes: [laneOf(0), laneOf(1, { lagRows: 5000, lagSeconds: 61 })] }),
      ['warn: Events reach Kafka up to 61 s late: 5\u{a0}000 events wait in lane 1.'],
    ],
    ['a burst', inDatabase({ lanes: [laneOf(0, { lagRows: 50_000, lagSeconds: 12 })] }), []],
    [
      'a breaker of a tenant, like silence',
      tellOf({ breakers: [{ ...open, scope: 'tenant', tenant: 'acme', key: '', since: ago(3) }] }),
      ['bad: Polar does not answer for acme, since 02:11 UTC (3 min).'],
    ],
    [
      'a breaker of a resource',
      tellOf({ breakers: [{ ...open, scope: 'resource', tenant: 'acme', key: 'sleeps', since: ago(3) }] }),
      ['warn: Polar does not answer for sleeps of acme, since 02:11 UTC (3 min).'],
    ],
    [
      'a breaker of one athlete',
      tellOf({ breakers: [{ ...open, scope: 'connection', tenant: 'acme', key: 'c', since: ago(3) }] }),
      [],
    ],
    [
      'all polls that fail',
      inDatabase({ failing: [{ tenant: 'acme', error: 'AUTH_UNAVAILABLE', targets: 2000 }] }),
      ['bad: 2\u{a0}000 polls of acme fail again and again (AUTH_UNAVAILABLE).'],
    ],
    [
      'some polls that fail',
      inDatabase({ failing: [{ tenant: 'acme', error: 'PROVIDER_REJECTED', targets: 5 }] }),
      ['warn: 5 polls of acme fail again and again (PROVIDER_REJECTED).'],
    ],
    ['a poisoned day', inDatabase({ failing: [{ tenant: 'acme', error: 'PROVIDER_TIMEOUT', targets: 4 }] }), []],
    [
      'what fails and is late because Polar is away, as that',
      tellOf({
        silent: new Map([['acme', ago(90)]]),
        database: database({
          failing: [{ tenant: 'acme', error: 'BREAKER_OPEN', targets: 2000 }],
          late: [{ tenant: 'acme', seconds: 5000 }],
        }),
      }),
      ['bad: Polar does not answer for acme, since 00:44 UTC (90 min).'],
    ],
    [
      'very late polls',
      inDatabase({ late: [{ tenant: 'acme', seconds: 3600 }] }),
      ['bad: Polls of acme are up to 60 min late.'],
    ],
    ['polls that are as late as a window is long', inDatabase({ late: [{ tenant: 'acme', seconds: 899 }] }), []],
    [
      'tokens that cannot be renewed',
      inDatabase({
        athletes: [
          { tenant: 'acme', status: 'active', athletes: 80 },
          { tenant: 'acme', status: 'degraded', athletes: 20 },
        ],
      }),
      ['bad: The tokens of 20 of 100 athletes of acme cannot be renewed.'],
    ],
    [
      'consents that went in heaps',
      inDatabase({
        athletes: [
          { tenant: 'acme', status: 'active', athletes: 40 },
          { tenant: 'acme', status: 'needs_reauth', athletes: 60 },
        ],
      }),
      ['bad: 60 of 100 athletes of acme have lost their consent.'],
    ],
    [
      'athletes whom nobody polls',
      inDatabase({ athletes: [{ tenant: 'gone', status: 'active', athletes: 1 }] }),
      ['warn: 1 athlete belongs to what is not in the tenant file: gone.'],
    ],
    [
      'many parked athletes',
      inDatabase({ parked: [{ tenant: 'acme', lane: 1, reason: 'bad_topic', streams: 20, since: ago(1) }] }),
      ['bad: Kafka refuses events of 20 athletes of acme (bad_topic), since 02:13 UTC (60 s).'],
    ],
    [
      'one thing of many tenants, once',
      tellOf({
        tenants: ['a', 'b', 'c', 'd', 'e'].map((id) => tenantOf(id)),
        silent: new Map(['e', 'd', 'c', 'b', 'a'].map((id, index) => [id, ago(index)])),
        database: database({ athletes: [] }),
      }),
      ['bad: Polar does not answer for a, b, c and 2 more, since 02:10 UTC (4 min).'],
    ],
  ])('tells %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('tells that Polar has refused too many', () => {
    const refused = lookedUp({ budget: { ...budgetOf(2000), pausedUntil: at + 300_000 } });
    const acme = facts({ tenants: [tenantOf('acme')], database: database({ athletes: [] }) });
    expect(told(statusOf(acme, () => refused))).toEqual([
      'warn: Polar has refused requests of acme for too many: nothing is sent before 02:19 UTC.',
    ]);
    expect(told(statusOf({ ...acme, at: at + 300_000 }, () => refused))).toEqual([]);
  });

  it('does not know what nobody tells', () => {
    const blind = statusOf(facts({ database: undefined }), () =>
      lookedUp({ budget: undefined, expectedDelay: undefined, seenDelay: undefined }),
    );
    expect(blind).toMatchObject({ athletes: null, lanes: null });
    expect(blind.tenants.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'paused']);
    expect(blind.tenants[0]).toMatchObject({
      lateSeconds: null,
      expectedDelaySeconds: null,
      seenDelay: null,
      budget: null,
      athletes: null,
    });
  });

  it('calls nobody well while nobody is polled', () => {
    const { tenants } = statusOf(facts({ services: { postgresql: 'up', redis: 'down' } }));
    expect(tenants.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'paused']);
  });

  it('shows what is wrong of ten thousand tenants, and how many it leaves out', () => {
    const crowd = crowdedFacts(10_000);
    const late = crowd.tenants.slice(-60).map(({ id }) => ({ tenant: id, seconds: 1000 }));
    const status = statusOf({ ...crowd, database: { ...database(), athletes: crowd.database?.athletes, late } });
    expect(status.tenants).toHaveLength(mostTenants);
    expect(status.tenants.every(({ state }) => state === 'warn')).toBe(true);
    expect(status.leftOut).toEqual({ tenants: 9950, wrong: 10 });
    expect(told(status)).toEqual([
      'warn: Polls of tenant-09940, tenant-09941, tenant-09942 and 57 more are up to 17 min late.',
    ]);
  });

  it('has an advice for each error that a poll can end with, or the way to it', () => {
    const error = 'UNEXPECTED';
    const [found] = statusOf(
      facts({ database: database({ failing: [{ tenant: 'acme', error, targets: 9 }] }) }),
    ).findings;
    expect(found?.todo).toBe('Look for `poll failed` in the log of the pollers.');
  });
});
