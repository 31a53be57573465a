import { activityDaySummary, type ActivityDay } from './activity-day.ts';
import { heartRateDaySummary, type HeartRateDay } from './heart-rate-day.ts';
import { keptKind, kindOf, textAt, type Kept, type Kind } from './kept.ts';
import { nightBody, type Night } from './night.ts';
import { pictureSummary, type Picture } from './picture.ts';
import { ppiDaySummary, type PpiDay } from './ppi-day.ts';
import { rechargeBody, type Recharge } from './recharge.ts';
import { sessionBody, type Session } from './session.ts';

/** What an athlete's history is made of: one immutable value per item and version, from which its body is printed. */
export interface Values extends Record<KeptResource, Kept> {
  readonly 'training-sessions': Session;
  readonly sleeps: Night;
  readonly 'nightly-recharge-results': Recharge;
  readonly 'continuous-samples': HeartRateDay;
  readonly activity: ActivityDay;
  readonly 'ppi-samples': PpiDay;
  readonly 'profile-picture': Picture;
}

/** Resources whose items are kept as they are printed. */
export type KeptResource =
  | 'account-data'
  | 'calendar'
  | 'calendar-targets'
  | 'favorites'
  | 'routes'
  | 'skin-contacts'
  | 'sleep-wake-vectors'
  | 'sports'
  | 'sport-profiles'
  | 'sport-profile-list-catalog'
  | 'subscriptions'
  | 'temperature-measurements'
  | 'tests'
  | 'user-devices';

export type Resource = keyof Values;

const KINDS: { readonly [R in Resource]: Kind<Values[R]> } = {
  'training-sessions': { identity: (session) => [session.id], body: (session) => sessionBody(session) },
  sleeps: { identity: (night) => [night.date], body: (night) => nightBody(night) },
  'nightly-recharge-results': { identity: (recharge) => [recharge.date], body: (recharge) => rechargeBody(recharge) },
  'continuous-samples': {
    identity: (day) => [day.date, day.athlete.deviceId],
    body: heartRateDaySummary,
    summarised: { all: ['date', 'deviceRef', 'state', 'samples'], moved: ['state', 'samples'] },
  },
  activity: {
    identity: (day) => [day.date, day.athlete.deviceId],
    body: activityDaySummary,
    summarised: {
      all: ['date', 'target', 'physicalInformation', 'activitiesPerDevice'],
      moved: ['activitiesPerDevice'],
    },
  },
  'ppi-samples': {
    identity: (day) => [day.date, day.athlete.deviceUuid],
    body: ppiDaySummary,
    summarised: { all: ['date', 'modified', 'ppiSamplesPerDevice'], moved: ['modified', 'ppiSamplesPerDevice'] },
  },
  'profile-picture': { identity: () => ['large'], body: pictureSummary },
  'account-data': { identity: () => ['account'], body: ({ body }) => body },
  calendar: {
    identity: ({ body }) => [kindOf(body), textAt(body, kindOf(body), 'created')],
    body: ({ body }) => body,
  },
  'calendar-targets': keptKind(['session', 'id']),
  favorites: keptKind(['favorite', 'id']),
  routes: keptKind(['id']),
  'skin-contacts': keptKind(['deviceReference', 'uuid'], ['startTime']),
  'sleep-wake-vectors': keptKind(['date'], ['deviceReference', 'uuid']),
  sports: keptKind(['id', 'id']),
  'sport-profiles': keptKind(['uuid']),
  'sport-profile-list-catalog': keptKind(['uuid']),
  subscriptions: keptKind(
    ['subscriptionPlan', 'subscriptionProduct', 'subscriptionProductName'],
    ['subscriptionPlan', 'store'],
    ['createdAt'],
  ),
  'temperature-measurements': keptKind(
    ['deviceReference', 'uuid'],
    ['measurementType'],
    ['sensorLocation'],
    ['startTime'],
  ),
  tests: { identity: ({ body }) => [kindOf(body), textAt(body, 'startTime')], body: ({ body }) => body },
  'user-devices': keptKind(['deviceReference', 'uuid']),
};

export const RESOURCES = Object.keys(KINDS) as readonly Resource[];

/** What identifies an item inside one athlete's data. */
export function identityOf<R extends Resource>(resource: R, value: Values[R]): readonly string[] {
  return KINDS[resource].identity(value);
}

/** An item's body as the ledger keeps it: table form, all features; of a big series only a summary. */
export function ledgerBody<R extends Resource>(resource: R, value: Values[R]): Record<string, unknown> {
  return KINDS[resource].body(value);
}

/** The names of the fields that a version changes, where the ledger has only a summary of them. */
export function summarisedFields(resource: Resource): Kind<never>['summarised'] {
  return KINDS[resource].summarised;
}

/** Items that the gate holds together: a night and its recovery are one thing to whoever watches. */
export function chainOf(resource: Resource, identity: readonly string[]): readonly [Resource, readonly string[]][] {
  if (resource !== 'sleeps' && resource !== 'nightly-recharge-results') return [[resource, identity]];
  return [
    ['sleeps', identity],
    ['nightly-recharge-results', identity],
  ];
}
