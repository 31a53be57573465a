import { Cadence } from './cadence/cadence.ts';
import { nothingSeen, type ChangeRate } from './cadence/change-rate.ts';
import { flatPlan } from './cadence/day-plan.ts';
import { flatProfile } from './cadence/day-profile.ts';
import { cheapest, type Manner, type Price } from './cadence/price.ts';
import type { Resource } from './resource.ts';
import type { PollingSettings } from './tenant.ts';
import type { Schedule } from './tick.ts';

type Pauses = Pick<PollingSettings, 'minSeconds' | 'maxSeconds'>;

const daySeconds = 86_400;
/** Who is polled slower than this by nature is also slower than `maxSeconds` when idle. */
const idlePace = 72;

/** How a resource's targets are polled as long as nothing is known of their day. */
export function mannerOf({ request }: Pick<Resource, 'request'>, { minSeconds, maxSeconds }: Pauses): Manner {
  return {
    plan: flatPlan,
    shortest: (minSeconds * request.pace) / daySeconds,
    longest: (maxSeconds * Math.max(1, request.pace / idlePace)) / daySeconds,
    details: request.shape === 'listing' ? 1 : 0,
  };
}

/** Changes a day of a target before any was seen: fewer for what is polled slower by nature. */
export function guessOf({ request }: Pick<Resource, 'request'>): number {
  return 4 / Math.sqrt(request.pace);
}

/** Until the tenant's demand is known, its targets have what they can take: the budget holds all the same. */
const firstPrice: Price = { price: cheapest, stretch: 1 };

/** How a resource is polled before anything was learned. */
export function firstCadence(resource: Pick<Resource, 'request'>, polling: Pauses, price = firstPrice): Cadence {
  const prior: ChangeRate = { changes: guessOf(resource), days: 1 };
  return new Cadence({ ...mannerOf(resource, polling), ...price, profile: flatProfile, prior });
}

/** The schedule of a target of which nothing is known yet. */
export function firstSchedule(resource: Pick<Resource, 'request'>, polling: Pauses, price = firstPrice): Schedule {
  return { cadence: firstCadence(resource, polling, price), rate: nothingSeen, random: 0.5 };
}
