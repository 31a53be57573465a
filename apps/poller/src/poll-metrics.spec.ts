import { describe, expect, it } from '@jest/globals';
import type { BudgetUsage, DomainEvent } from '#core';
import { Metrics } from '#platform';
import type { StoredPace } from '#store';
import { pollMetrics, type PollGauges } from './poll-metrics.ts';

const event = (over: Partial<DomainEvent>): DomainEvent => ({
  type: 'SleepScored',
  topic: 'sleep',
  resource: 'sleeps',
  identity: ['2026-11-20'],
  revision: 1,
  mode: 'live',
  observedAt: '2026-11-20T07:10:00.000Z',
  polarModifiedAt: '2026-11-20T07:00:00.000Z',
  utcOffsetMinutes: 0,
  data: {},
  ...over,
});

const usage: BudgetUsage = {
  windows: [{ seconds: 900, limit: 3000, used: 412, left: 2528, leftForBackfill: 1688 }],
  pausedUntil: null,
};
const pace = { price: 0.5, stretch: 1.25, demand: { overdue: 7 } } as unknown as StoredPace;

function measured(over: Partial<PollGauges> = {}) {
  const metrics = new Metrics();
  const measure = pollMetrics(metrics, {
    providers: () => new Map(),
    breakers: () => [],
    tenants: () => ['acme'],
    usage: () => Promise.resolve(usage),
    pace: () => pace,
    waiting: (tenants) =>
      Promise.resolve(tenants.map((tenant) => ({ tenant, kind: 'live', due: 3, oldestSeconds: 12.5 }))),
    ...over,
  });
  const lines = async (name: string): Promise<readonly string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  return { measure, lines };
}

describe('the metrics of polls', () => {
  it('count how long a change waited for its event, of live polls that know when it changed', async () => {
    const { measure, lines } = measured();
    measure.recorded('acme', [
      event({}),
      event({ observedAt: '2026-11-20T06:59:59.000Z' }),
      event({ mode: 'backfill' }),
      event({ polarModifiedAt: null }),
    ]);
    expect(await lines('bridge_change_delay_seconds_')).toEqual(
      expect.arrayContaining([
        'bridge_change_delay_seconds_count{tenant="acme",resource="sleeps"} 2',
        'bridge_change_delay_seconds_sum{tenant="acme",resource="sleeps"} 600',
        'bridge_change_delay_seconds_bucket{le="300",tenant="acme",resource="sleeps"} 1',
        'bridge_change_delay_seconds_bucket{le="600",tenant="acme",resource="sleeps"} 2',
      ]),
    );
  });

  it('tell each window of the quota, and how the tenant is paced', async () => {
    const { lines } = measured();
    expect(await lines('bridge_quota_')).toEqual([
      'bridge_quota_limit_requests{tenant="acme",window_seconds="900"} 3000',
      'bridge_quota_used_requests{tenant="acme",window_seconds="900"} 412',
      'bridge_quota_left_requests{tenant="acme",window_seconds="900"} 2528',
    ]);
    expect(await lines('bridge_targets_due')).toEqual([
      'bridge_targets_due{tenant="acme",kind="live"} 3',
      'bridge_targets_due_oldest_seconds{tenant="acme",kind="live"} 12.5',
    ]);
    expect(await lines('bridge_targets_overdue{')).toEqual(['bridge_targets_overdue{tenant="acme"} 7']);
    expect(await lines('bridge_poll_price_seconds{')).toEqual(['bridge_poll_price_seconds{tenant="acme"} 43200']);
    expect(await lines('bridge_poll_stretch_ratio{')).toEqual(['bridge_poll_stretch_ratio{tenant="acme"} 1.25']);
  });

  it('say nothing of what nobody knows', async () => {
    const { lines } = measured({ usage: () => Promise.reject(new Error('no Redis')), pace: () => undefined });
    expect(await lines('bridge_quota_')).toEqual([]);
    expect(await lines('bridge_targets_overdue{')).toEqual([]);
  });
});
