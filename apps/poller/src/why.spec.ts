import { expect, it } from '@jest/globals';
import { firstCadence, range, type BudgetUsage, type ChangeRate } from '#core';
import type { BreakerState } from '#polar';
import type { TargetState } from '#store';
import { whyOf, type Circumstances } from './why.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const resource = { request: range({ path: '/walks', days: 28, watch: { before: 10, after: 0 } }) };
const cadence = firstCadence(resource, { minSeconds: 300, maxSeconds: 43_200 }, { price: 0.0125, stretch: 1 });
const rate: ChangeRate = { changes: 28, days: 14 };
const target: TargetState = {
  resource: 'walks',
  kind: 'live',
  lastPolledAt: '2026-06-15T11:30:00.000Z',
  lastChangedAt: null,
  nextDueAt: '2026-06-15T13:00:00.000Z',
  polling: false,
  intervalSeconds: 5400,
  rate,
  failures: 0,
  lastError: null,
  suspended: null,
  wantedDays: [],
  skippedDays: [],
};

const shortest = { seconds: 900, limit: 3000, used: 412, left: 2528, leftForBackfill: 1688 };
const budget: BudgetUsage = {
  windows: [shortest, { seconds: 86_400, limit: 100_000, used: 61_000, left: 38_500, leftForBackfill: 36_500 }],
  pausedUntil: null,
};
const refused = { budget: { ...budget, pausedUntil: now + 600_000 } };
const spentBy = (used: number): Partial<Circumstances> => ({
  budget: {
    ...budget,
    windows: [
      { ...shortest, used, left: 2940 - used, leftForBackfill: Math.max(0, 2100 - used) },
      ...budget.windows.slice(1),
    ],
  },
});
const due = { nextDueAt: '2026-06-15T11:59:00.000Z' };

const breaker: BreakerState = {
  scope: 'tenant',
  tenant: 'acme',
  key: '',
  isOpen: true,
  failed: 5,
  since: now - 600_000,
  until: now + 60_000,
};

it.each<[string, Partial<TargetState>, Partial<Circumstances>]>([
  [
    'Listed every 90 min or so, next in 60 min: changes are expected 2.1 times a day, and a request is made when it saves 18 min of delay of one change.',
    {},
    {},
  ],
  [
    'Not polled: the tenant is paused. It goes on when `paused` is taken out of the tenant file.',
    {},
    { isPaused: true },
  ],
  [
    'Not polled: the athlete has not granted its scope. It goes on with a consent that has it.',
    { suspended: 'scope_missing' },
    {},
  ],
  [
    'Not polled: consent_missing. It goes on with a new consent.',
    { suspended: 'consent_missing', nextDueAt: null },
    {},
  ],
  [
    'Not polled: the athlete is paused. It goes on with `POST .../resume`.',
    { suspended: 'paused_by_tenant', nextDueAt: null },
    {},
  ],
  [
    'Not polled: the backfill is paused. It goes on with `bridge backfill resume`.',
    { kind: 'backfill', suspended: 'backfill_paused', nextDueAt: null },
    {},
  ],
  ['Is queued or being polled right now.', { polling: true }, {}],
  ['Waits: the provider has refused a request for too many; nothing is sent for 10 min.', {}, refused],
  [
    'Waits: the provider has refused a request for too many; nothing is sent for 10 min.',
    { polling: true },
    { ...refused, breaker },
  ],
  [
    'Is queued, and waits for the budget: 2940 of 3000 requests in 15 min are used, and no more live polls are let through for now.',
    { polling: true },
    spentBy(2940),
  ],
  ['Is queued or being polled right now.', { polling: true }, spentBy(2800)],
  [
    'Is queued, and waits for the budget: 2200 of 3000 requests in 15 min are used, and no more backfills are let through for now.',
    { polling: true, kind: 'backfill' },
    spentBy(2200),
  ],
  [
    'Is due, and waits for the budget: 2800 of 3000 requests in 15 min are used, and no more live polls are let through for now.',
    due,
    spentBy(2800),
  ],
  ['Is due, and waits for its turn: the workers are taken by what is longer overdue.', due, spentBy(2600)],
  [
    'Has waited for 10 min: the provider did not answer 5 athletes of the tenant for walks in a row; tried again in 60 s.',
    { polling: true },
    { breaker: { ...breaker, scope: 'resource', key: 'walks' } },
  ],
  [
    'Has waited for 10 min: the provider did not answer 5 athletes of the tenant in a row; tried again in 60 s.',
    {},
    { breaker },
  ],
  [
    'Has waited for 10 min: the provider did not answer 5 operations of this athlete in a row; tried again now.',
    {},
    { breaker: { ...breaker, scope: 'connection', key: 'c1', until: 0 } },
  ],
  [
    'Backs off after 2 failures in a row (PROVIDER_UNAVAILABLE: no); tried again in 60 min.',
    { failures: 2, lastError: 'PROVIDER_UNAVAILABLE: no' },
    {},
  ],
  ['1 day to read (2026-06-14); next in 60 min.', { wantedDays: ['2026-06-14'] }, {}],
  ['Is read when something refers to it, and now and then again; next in 60 min.', {}, { shape: 'referenced' }],
  ['2 items to read (a1, b2); next in 60 min.', { wantedDays: ['a1', 'b2'] }, { shape: 'referenced' }],
  ['Goes on with the history in 60 min, as the budget allows.', { kind: 'backfill' }, {}],
])('says: %s', (words, overrides, about) => {
  const circumstances = { isPaused: false, budget, shape: 'range' as const, cadence, now, ...about };
  expect(whyOf({ ...target, ...overrides }, circumstances)).toBe(words);
});
