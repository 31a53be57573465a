import { describe, expect, it } from '@jest/globals';
import { Problem } from '#platform';
import { resources } from '#resources';
import type { BackfillScene, BackfillState } from '#store';
import { backfilledResources, costLeft, estimate, type WantedBackfill } from './backfill-request.ts';
import { now, tenant } from './tick.fixture.ts';

const scene: BackfillScene = {
  status: 'active',
  statusReason: null,
  isPolled: true,
  utcOffsetMinutes: 120,
  at: now,
  resources: ['sleeps', 'continuous-samples', 'account-data'],
  known: new Map([['sleeps', { first: '2026-06-01', last: '2026-06-15', days: 15 }]]),
  underWay: [],
};
const week = { from: '2026-06-08', to: '2026-06-15' };
const names = (wanted: WantedBackfill, changes: Partial<BackfillScene> = {}): readonly string[] =>
  backfilledResources(wanted, tenant, resources, { ...scene, ...changes }).map(({ name }) => name);
const refused = (wanted: WantedBackfill, changes: Partial<BackfillScene> = {}): Problem['details'] => {
  try {
    names(wanted, changes);
  } catch (error) {
    if (error instanceof Problem) return error.details;
  }
  throw new Error('it was not refused');
};

describe('a demand', () => {
  it('is for all that is polled by days and granted, or for what it names of that', () => {
    expect(names(week).toSorted()).toEqual(['continuous-samples', 'sleeps']);
    expect(names({ ...week, resources: ['sleeps'] })).toEqual(['sleeps']);
  });

  it('may begin 90 days ago and end yesterday', () => {
    expect(names({ from: '2026-03-18', to: '2026-06-15' })).not.toEqual([]);
  });

  it.each<[string, WantedBackfill, readonly object[]]>([
    [
      'older than what Polar keeps',
      { from: '2026-03-17', to: '2026-06-15' },
      [{ path: 'from', value: '2026-03-17', allowed: '2026-03-18 or later: Polar may have nothing older' }],
    ],
    ['not over', { from: '2026-06-10', to: '2026-06-16' }, [{ path: 'to', value: '2026-06-16' }]],
    [
      'none',
      { from: '2026-06-10', to: '2026-06-10' },
      [{ path: 'to', allowed: 'a day after `from`: it is exclusive' }],
    ],
    [
      'of resources that nobody knows, that have no days, or that were not granted',
      { ...week, resources: ['walks', 'account-data', 'activity', 'sleeps'] },
      [
        { path: 'resources[0]', value: 'walks' },
        { path: 'resources[1]', value: 'account-data' },
        { path: 'resources[2]', allowed: 'one of continuous-samples, sleeps; its scope was not granted' },
      ],
    ],
  ])('is refused for days that are %s, with each reason', (_, wanted, errors) => {
    const details = refused(wanted);
    expect(details).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors });
    expect(details.errors).toHaveLength(errors.length);
  });

  it('is refused when it is for too many days at once', () => {
    const patient = { ...tenant, polling: { ...tenant.polling, backfillDays: 3650 } };
    expect(() => backfilledResources({ from: '2025-01-01', to: '2026-06-15' }, patient, resources, scene)).toThrow(
      Problem,
    );
    expect(backfilledResources({ from: '2025-06-14', to: '2026-06-15' }, patient, resources, scene)).toHaveLength(2);
  });

  it('is refused where nothing is polled that has a history', () => {
    expect(refused(week, { resources: ['account-data'] })).toMatchObject({ status: 409, code: 'NOTHING_TO_BACKFILL' });
  });
});

describe('an estimate', () => {
  const windows = [{ seconds: 900, limit: 30, used: 0, left: 29, leftForBackfill: 21 }];

  it('tells the requests by resource, and how long they take', () => {
    const range = { from: '2026-05-18', to: '2026-06-15' };
    const found = estimate(range, backfilledResources(range, tenant, resources, scene), scene, {
      windows,
      pausedUntil: null,
    });
    expect(found).toEqual({
      resources: expect.arrayContaining([
        { resource: 'sleeps', listings: 1, details: 14, requests: 15 },
        { resource: 'continuous-samples', listings: 4, details: 0, requests: 4 },
      ]),
      requests: 19,
      expectedHours: 0.01,
    });
    const slow = { windows: [{ ...windows[0], leftForBackfill: 5 }], pausedUntil: null } as Parameters<
      typeof estimate
    >[3];
    expect(estimate(range, backfilledResources(range, tenant, resources, scene), scene, slow).expectedHours).toBe(0.75);
  });

  it('of what is left counts days that wait, and what is still to be listed', () => {
    const part = {
      done: false,
      remaining: null,
      daysWanted: 0,
      skippedDays: [],
      requestsUsed: 0,
      failures: 0,
      lastError: null,
      suspended: null,
    };
    const state: BackfillState = {
      startedAt: '2026-06-15T12:00:00.000Z',
      from: '2026-05-18',
      to: '2026-06-15',
      origin: 'demand',
      pausedAt: null,
      requestsUsed: 0,
      counts: {},
      resources: [
        { ...part, resource: 'sleeps', daysWanted: 3 },
        { ...part, resource: 'continuous-samples', remaining: { from: '2026-05-18', to: '2026-06-01' } },
        { ...part, resource: 'activity', done: true },
      ],
    };
    expect(costLeft(state, resources, scene)).toBe(5);
  });
});
