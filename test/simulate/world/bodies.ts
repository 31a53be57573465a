import type { ResourceName } from '../resources.ts';

/** An item as it is at the provider now. */
export interface Shown {
  readonly key: string;
  /** Its local date; null where nothing belongs to a day. */
  readonly date: string | null;
  /** Unique in the run, so that an event tells which one it is of. */
  readonly version: number;
  /** Epoch ms. */
  readonly modified: number;
}

interface View {
  readonly path: string;
  body(items: readonly Shown[], isDetail: boolean): unknown;
  /** @returns the identity in its events */
  identity(item: Shown): readonly string[];
  /** @returns the version that an event's data tells of */
  versionIn(data: Readonly<Record<string, unknown>>): number;
  /** Event types of the main entity: all others are parts of an item and are told with it. */
  readonly recorded: string;
  readonly revised: string;
  readonly deleted: string;
}

const iso = (at: number): string => new Date(at).toISOString();

function struct(at: number): object {
  const date = new Date(at);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    min: date.getUTCMinutes(),
    sec: date.getUTCSeconds(),
  };
}

/** How the provider shows each resource, in its live form. */
export const views: Readonly<Record<ResourceName, View>> = {
  'nightly-recharge-results': {
    path: '/nightly-recharge-results',
    body: (items, isDetail) => ({
      nightlyRechargeResults: items.map(({ date, version, modified }) => ({
        created: iso(modified),
        modified: iso(modified),
        recoveryIndicatorSubLevel: version,
        sleepResultDate: date,
        ...(isDetail && {
          hrvSamples: [{ startTime: `${date}T00:31:00`, sampleInterval: '301s', hrvValues: [version] }],
        }),
      })),
    }),
    identity: ({ key }) => [key],
    versionIn: (data) => Number(data['recoveryIndicatorSubLevel']),
    recorded: 'NightlyRechargeCalculated',
    revised: 'NightlyRechargeRevised',
    deleted: 'NightlyRechargeDeleted',
  },
  sleeps: {
    path: '/sleeps',
    body: (items, isDetail) => ({
      nightSleeps: items.map(({ date, version }) => ({
        sleepDate: date,
        ...(isDetail && { sleepEvaluation: { age: version } }),
      })),
    }),
    identity: ({ key }) => [key],
    versionIn: (data) => Number((data['sleepEvaluation'] as { age?: unknown } | undefined)?.age),
    recorded: 'SleepRecorded',
    revised: 'SleepRevised',
    deleted: 'SleepDeleted',
  },
  calendar: {
    path: '/calendar/list',
    body: (items) => ({
      entries: items.map(({ key, date, version, modified }) => ({
        note: { created: key, modified: iso(modified), dateTime: `${date}T21:10:00`, value: `v${version}` },
      })),
    }),
    identity: ({ key }) => ['note', key],
    versionIn: (data) =>
      Number(String((data['value'] ?? (data['note'] as { value?: unknown } | undefined)?.value) as string).slice(1)),
    recorded: 'NoteWritten',
    revised: 'CalendarEntryRevised',
    deleted: 'CalendarEntryDeleted',
  },
  favorites: {
    path: '/training-target/favorites',
    body: (items) => ({
      favoriteTarget: items.map(({ key, version, modified }) => ({
        favorite: { id: key, modified: struct(modified), name: `v${version}` },
        exercise: [],
      })),
    }),
    identity: ({ key }) => [key],
    versionIn: (data) => Number(String((data['favorite'] as { name?: unknown } | undefined)?.name).slice(1)),
    recorded: 'FavoriteSaved',
    revised: 'FavoriteRevised',
    deleted: 'FavoriteRemoved',
  },
};
