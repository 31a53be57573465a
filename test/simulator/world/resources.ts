import { heartRateDaySummary, type HeartRateDay } from './heart-rate-day.ts';
import { nightBody, type Night } from './night.ts';
import { rechargeBody, type Recharge } from './recharge.ts';
import { sessionBody, type Session } from './session.ts';

/** What an athlete's history is made of: one immutable value per item and version, from which its body is printed. */
export interface Values {
  readonly 'training-sessions': Session;
  readonly sleeps: Night;
  readonly 'nightly-recharge-results': Recharge;
  readonly 'continuous-samples': HeartRateDay;
}

export type Resource = keyof Values;

export const RESOURCES: readonly Resource[] = [
  'training-sessions',
  'sleeps',
  'nightly-recharge-results',
  'continuous-samples',
];

/** What identifies an item inside one athlete's data. */
export function identityOf<R extends Resource>(resource: R, value: Values[R]): readonly string[] {
  return IDENTITIES[resource](value);
}

/** An item's body as the ledger keeps it: table form, all features; of a heart rate day only a summary. */
export function ledgerBody<R extends Resource>(resource: R, value: Values[R]): Record<string, unknown> {
  return BODIES[resource](value);
}

/** Items that the gate holds together: a night and its recovery are one thing to whoever watches. */
export function chainOf(resource: Resource, identity: readonly string[]): readonly [Resource, readonly string[]][] {
  if (resource !== 'sleeps' && resource !== 'nightly-recharge-results') return [[resource, identity]];
  return [
    ['sleeps', identity],
    ['nightly-recharge-results', identity],
  ];
}

const IDENTITIES: { readonly [R in Resource]: (value: Values[R]) => readonly string[] } = {
  'training-sessions': (session) => [session.id],
  sleeps: (night) => [night.date],
  'nightly-recharge-results': (recharge) => [recharge.date],
  'continuous-samples': (day) => [day.date, day.athlete.deviceId],
};

const BODIES: { readonly [R in Resource]: (value: Values[R]) => Record<string, unknown> } = {
  'training-sessions': (session) => sessionBody(session),
  sleeps: (night) => nightBody(night),
  'nightly-recharge-results': (recharge) => rechargeBody(recharge),
  'continuous-samples': heartRateDaySummary,
};
