import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  diff,
  emptyCursor,
  eventId,
  firstSchedule,
  KnownSnapshots,
  read,
  type DomainEvent,
  type JsonObject,
  type Tick,
} from '#core';
import { descriptor } from './descriptor.ts';

const tick: Tick = {
  resource: descriptor,
  kind: 'live',
  connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-01-01' },
  polling: {
    minSeconds: 300,
    maxSeconds: 43_200,
    backfillDays: 90,
    confirmDeletionSeconds: 3600,
    finaliseSeconds: 86_400,
  },
  topicPrefix: 'polar.acme',
  keepsState: false,
  cursor: emptyCursor,
  intervalSeconds: 300,
  schedule: firstSchedule(descriptor, { minSeconds: 300, maxSeconds: 43_200 }),
  failures: 0,
  leaseToken: 'lease',
  at: Date.parse('2026-06-15T12:00:00Z'),
  backfilling: false,
  siblingsHealthy: true,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

const subscription = (fields: JsonObject = {}): JsonObject => ({
  subscriptionPlan: { subscriptionProduct: { subscriptionProductName: 'paidcontent' }, duration: 'P1M' },
  status: 'ACTIVE',
  expiresAt: '2026-06-20T08:14:00Z',
  createdAt: '2026-05-20T08:14:02Z',
  modifiedAt: '2026-05-20T08:14:02Z',
  eventLogs: [{ event: 'CREATED', generatedBy: 'STORE', createdAt: '2026-05-20T08:14:02Z' }],
  ...fields,
});

/** What is told of the change from one to the other. */
const events = (before: JsonObject, after: JsonObject): readonly DomainEvent[] => {
  const see = (known: KnownSnapshots, item: JsonObject) => {
    const window = { phase: 'list', from: '2026-06-15', to: '2026-06-16', features: [], reason: 'listing' } as const;
    return diff(tick, known, [read(descriptor, window, { userSubscriptions: [item] })]);
  };
  return see(new KnownSnapshots(see(new KnownSnapshots([]), before).snapshots), after).events;
};

const types = (changes: JsonObject): readonly string[] =>
  events(subscription(), subscription(changes)).map(({ type }) => type);

const newer = {
  modifiedAt: '2026-06-20T08:14:05Z',
  eventLogs: [{ event: 'RENEWED', generatedBy: 'STORE', createdAt: '2026-06-20T08:14:05Z' }],
};

describe('a subscription', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['is renewed', { ...newer, expiresAt: '2026-07-20T08:14:00Z' }, ['SubscriptionRenewed']],
    ['expires', { ...newer, status: 'EXPIRED' }, ['SubscriptionExpired']],
    ['is cancelled', { ...newer, status: 'CANCELLED' }, ['SubscriptionStatusChanged']],
    ['becomes a paid one', { ...newer, isFreeTrial: false }, ['SubscriptionStatusChanged']],
    [
      'comes back',
      { ...newer, status: 'IN_GRACE_PERIOD', expiresAt: '2026-07-20T08:14:00Z' },
      ['SubscriptionRenewed', 'SubscriptionStatusChanged'],
    ],
    ['is written again, or gets a line in its log', newer, []],
  ])('%s', (_, changes, expected) => {
    expect(types(changes)).toEqual(expected);
  });

  it('brings its log with whatever is told', () => {
    const [event] = events(subscription(), subscription({ ...newer, status: 'EXPIRED' }));
    expect(event?.data).toMatchObject({ eventLogs: newer.eventLogs });
  });

  it('is told of once by each type, whatever changed', () => {
    const fields = fc.record({
      status: fc.constantFrom('ACTIVE', 'CANCELLED', 'PAUSED', 'EXPIRED'),
      expiresAt: fc.constantFrom('2026-06-20T08:14:00Z', '2026-07-20T08:14:00Z'),
      isFreeTrial: fc.boolean(),
      unforeseen: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fields, fields, (before, after) => {
        const told = events(subscription(before), subscription(after));
        const ids = told.map((event) => eventId('c1', event));
        expect(ids).toEqual([...new Set(ids)]);
        const changed = (Object.keys(after) as (keyof typeof after)[]).filter((name) => before[name] !== after[name]);
        expect(told.flatMap(({ changedFields }) => changedFields ?? []).toSorted()).toEqual(changed.toSorted());
      }),
    );
  });
});
