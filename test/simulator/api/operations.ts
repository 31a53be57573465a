import { addDays, dateOf, naive, toLocal } from '../calendar.ts';
import { heartRateDayBody } from '../world/heart-rate-day.ts';
import type { History } from '../world/history.ts';
import { nightBody } from '../world/night.ts';
import { rechargeBody } from '../world/recharge.ts';
import { sessionBody } from '../world/session.ts';
import { accountData, accountAsInExample } from './account-data.ts';

/** What a request asks for, its parameters checked. `from` is inclusive, `to` is not; both as local naive text. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly features: ReadonlySet<string>;
  /** The first local date that is still kept. */
  readonly keptFrom: string;
}

export type Body = Record<string, unknown>;

/**
 * One operation. To serve another one is to add a row: the rules of its parameters, its errors, its envelopes and the
 * faults follow from it.
 */
export interface Operation {
  readonly path: string;
  readonly scope: string;
  /** `max` in days without and with features. Absent: the operation takes no range. */
  readonly range?: { readonly dialect: 'date' | 'datetime'; readonly max: number; readonly maxWithFeatures: number };
  readonly features: readonly string[];
  /** The path to the data in a body, documented and observed live. */
  readonly envelope: { readonly doc: readonly string[]; readonly live: readonly string[] };
  readonly content:
    | { readonly many: (history: History, asked: Asked) => readonly Body[] | undefined }
    | { readonly one: (history: History, asked: Asked) => Body };
  /** Where the documentation's examples print another type than its tables, one item as in the example. */
  readonly asInExample?: (item: Body) => Body;
  /** A field with an enumeration, where `unknown_fields` puts a value that nobody knows. */
  readonly enumeration?: string;
}

const SESSION_FEATURES = [
  'samples',
  'test-results',
  'training-load-report',
  'laps',
  'hill-splits',
  'routes',
  'statistics',
  'zones',
  'pause-times',
  'strength-training-results',
  'comments',
  // Not in the documentation; accepted live.
  'physical-info',
];

export const OPERATIONS: readonly Operation[] = [
  {
    path: '/training-sessions/list',
    scope: 'training_sessions:read',
    range: { dialect: 'datetime', max: 90, maxWithFeatures: 1 },
    features: SESSION_FEATURES,
    envelope: { doc: ['trainingSessions'], live: ['trainingSessions'] },
    content: {
      many: (history, { from, to, features, keptFrom }) =>
        history
          .all('training-sessions')
          .filter((session) => within(naive(session.start), from, to, keptFrom))
          .sort((a, b) => a.start - b.start)
          .map((session) => sessionBody(session, (feature) => features.has(feature))),
    },
    asInExample: (session) => ({ ...session, recoveryTimeMillis: Number(session['recoveryTimeMillis']) }),
    enumeration: 'startTrigger',
  },
  {
    path: '/sleeps',
    scope: 'sleep:read',
    range: { dialect: 'date', max: 30, maxWithFeatures: 1 },
    features: ['sleep-result', 'original-sleep-result', 'sleep-evaluation', 'sleep-score'],
    envelope: { doc: ['nightSleeps'], live: ['nightSleeps'] },
    content: {
      // Without features only the dates, as documented.
      many: (history, { from, to, features, keptFrom }) =>
        byDate(history.all('sleeps'), from, to, keptFrom).map((night) =>
          nightBody(night, (name) => features.has(name)),
        ),
    },
  },
  {
    path: '/nightly-recharge-results',
    scope: 'nightly_recharge:read',
    range: { dialect: 'date', max: 28, maxWithFeatures: 1 },
    features: ['samples'],
    envelope: { doc: ['nightlyRechargeResults', 'nightlyRechargeResults'], live: ['nightlyRechargeResults'] },
    content: {
      many: (history, { from, to, features, keptFrom }) =>
        byDate(history.all('nightly-recharge-results'), from, to, keptFrom).map((recharge) =>
          rechargeBody(recharge, (name) => features.has(name)),
        ),
    },
  },
  {
    path: '/continuous-samples',
    scope: 'continuous_samples:read',
    range: { dialect: 'date', max: 30, maxWithFeatures: 30 },
    features: ['heart-rate-samples'],
    envelope: { doc: ['continuousSamples', 'heartRateSamplesPerDay'], live: ['heartRateSamplesPerDay'] },
    content: {
      // What comes without the feature is not documented: nothing at all, we guess.
      many: (history, { from, to, features, keptFrom }) =>
        features.size === 0
          ? undefined
          : byDate(history.all('continuous-samples'), from, to, keptFrom).map(heartRateDayBody),
    },
  },
  {
    path: '/user/account-data',
    scope: 'profile:read',
    features: [],
    envelope: { doc: ['accountData'], live: [] },
    content: { one: (history) => accountData(history.athlete) },
    asInExample: accountAsInExample,
  },
];

/** Days that are kept, today included; documented for one operation only, assumed for all. */
export const RETENTION_DAYS = 90;

export function firstDateKept(now: number, offsetMinutes: number): string {
  return addDays(dateOf(toLocal(now, offsetMinutes)), -RETENTION_DAYS);
}

function byDate<T extends { readonly date: string }>(
  all: readonly T[],
  from: string,
  to: string,
  keptFrom: string,
): T[] {
  return all
    .filter(({ date }) => within(`${date}T00:00:00`, from, to, keptFrom))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

function within(local: string, from: string, to: string, keptFrom: string): boolean {
  return local >= from && local < to && local >= keptFrom;
}
