import { emptyCursor, type Cursor } from './cursor.ts';
import { listing, range, defineResource, type Fact, type Phase, type Resource } from './resource.ts';
import { textAt, type JsonObject } from './json.ts';
import type { PollingSettings } from './tenant.ts';
import type { Price } from './cadence/price.ts';
import { firstSchedule } from './manner.ts';
import type { Tick } from './tick.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const polling: PollingSettings = {
  minSeconds: 300,
  maxSeconds: 43_200,
  backfillDays: 28,
  confirmDeletionSeconds: 3600,
  finaliseSeconds: 86_400,
};

/** At which a target of which nothing is known waits for some hours. */
export const price: Price = { price: 0.02, stretch: 1 };

/** Noon, so that neighbouring offsets share the day. */
export const noon = Date.parse('2026-06-15T12:00:00Z');

/** Was listed on the day of `noon`, and is to be listed again. */
export const listedToday: Cursor = { ...emptyCursor, listedOn: '2026-06-15' };

export function tickOf(resource: Resource, overrides: Partial<Tick> = {}): Tick {
  return {
    resource,
    kind: 'live',
    connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-01-01' },
    polling: { ...polling, backfillDays: 90 },
    topicPrefix: 'polar.acme',
    keepsState: false,
    cursor: listedToday,
    intervalSeconds: 300,
    schedule: firstSchedule(resource, polling, price),
    failures: 0,
    leaseToken: 'lease',
    at: noon,
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...overrides,
  };
}

const facts = (item: JsonObject, phase: Phase, twoPhase: boolean): readonly Fact[] => [
  {
    entity: 'walk',
    identity: [textAt(item, 'id') ?? ''],
    date: textAt(item, 'date') ?? '',
    marker: textAt(item, 'modified') ?? null,
    content: twoPhase && phase === 'list' ? null : item,
    polarModifiedAt: textAt(item, 'modified') ?? null,
    utcOffsetMinutes: null,
  },
];

const walks = {
  scope: 'walks:read',
  topic: 'walk',
  envelope: [['walks'], ['data', 'walks']],
  schema: { properties: { id: { type: 'string' }, steps: { type: 'integer' }, pace: { format: 'protobuf-duration' } } },
  entities: {
    walk: {
      events: { recorded: 'WalkRecorded', revised: 'WalkRevised', deleted: 'WalkDeleted' },
      volatile: ['modified', 'legs.*.modified'],
    },
  },
} as const;

/** An invented resource whose listing is the data. */
export function walksByRange(request: { days?: number; before?: number; after?: number } = {}): Resource {
  const { days = 28, before = 10, after = 0 } = request;
  return defineResource({
    ...walks,
    name: 'walks',
    request: range({ path: '/walks', days, watch: { before, after } }),
    facts: (item, phase) => facts(item, phase, false),
  });
}

/** The same with a listing and a detail per day. */
export function walksByDay(
  request: { days?: number; before?: number; after?: number; sweep?: boolean } = {},
): Resource {
  const { days = 28, before = 10, after = 0, sweep = false } = request;
  return defineResource({
    ...walks,
    name: 'walks',
    request: listing({
      path: '/walks',
      days,
      watch: { before, after },
      detail: { features: ['legs', 'weather'] },
      sweep,
    }),
    facts: (item, phase) => facts(item, phase, true),
  });
}
