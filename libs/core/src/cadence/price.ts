import type { DayPlan } from './day-plan.ts';

/** How targets of one resource are polled: what all of them have in common. */
export interface Manner {
  readonly plan: DayPlan;
  /** Shortest and longest pause between two polls, in days; where they contradict each other, the longest counts. */
  readonly shortest: number;
  readonly longest: number;
  /** Further requests for what a poll finds, whether that is one change or several. */
  readonly details: number;
}

/** Targets that are polled alike. */
export interface Demand extends Manner {
  /** How many targets there are of each rate (changes a day). */
  readonly rates: readonly (readonly [rate: number, targets: number])[];
}

/** What a request costs a tenant: how its day is shared among all of its targets. */
export interface Price {
  /** Days of delay of one change that a request has to save. */
  readonly price: number;
  /** By how much the longest pauses are exceeded, where even they cost more than there is. At least 1. */
  readonly stretch: number;
}

const day = 86_400;
/** A tenth of a second of one change. */
export const cheapest = 0.1 / day;
/** More than anything is worth. */
const dearest = 1e4;
/** Of a day's requests, the longest pauses may ask for this share. The rest goes where it saves most. */
const idleShare = 0.5;

/**
 * A poll that is put off may spare a detail, because what it would have found is found together with the next change:
 * that makes polling a target with many changes dearer.
 */
export function eagerness({ plan, details }: Manner, rate: number, price: number): number {
  if (details === 0 || rate === 0) return rate / price;
  const expected = rate / plan.polls(rate / price);
  return rate / (price * (1 + details * (1 - Math.exp(-expected) * (1 + expected))));
}

/** Requests that a day has at a price, details among them. */
export function requestsAt(demands: readonly Demand[], { price, stretch }: Price): number {
  return sum(demands, (demand, rate) => {
    const polls = pollsOf(demand, eagerness(demand, rate, price), stretch);
    return polls * (1 - demand.details * Math.expm1(-rate / polls));
  });
}

/** Mean delay of a change at a price, in days: targets that change more count more. */
export function delayAt(demands: readonly Demand[], { price, stretch }: Price): number {
  const changes = sum(demands, (_, rate) => rate);
  if (changes === 0) return 0;
  const delay = sum(demands, (demand, rate) => {
    const eager = eagerness(demand, rate, price);
    const polls = pollsOf(demand, eager, stretch);
    // A pause that is not of the plan's own choice delays like any other of its length.
    return rate * (polls === demand.plan.polls(eager) ? demand.plan.delay(eager) : 1 / (2 * polls));
  });
  return delay / changes;
}

/**
 * The price at which a day has so many requests; where that is more than the targets can take, the least one. Where the
 * longest pauses alone would cost more than half of it, they are stretched, all by the same factor: who never changes
 * would be polled as often as who does.
 */
export function priceFor(demands: readonly Demand[], requests: number): Price {
  const atLeast = { price: cheapest, stretch: 1 };
  if (requestsAt(demands, atLeast) <= requests) return atLeast;
  const stretch = stretchTo(idleShare * requests, (one) => requestsAt(demands, { price: dearest, stretch: one }));
  // Where nobody could use what is left over by that, the longest pauses have it.
  if (requestsAt(demands, { price: cheapest, stretch }) < requests)
    return {
      price: cheapest,
      stretch: stretchTo(requests, (one) => requestsAt(demands, { price: cheapest, stretch: one })),
    };
  return { price: bisect(cheapest, dearest, (price) => requestsAt(demands, { price, stretch }) > requests), stretch };
}

/** The least stretch, from 1 on, at which there are no more requests than that. */
function stretchTo(requests: number, at: (stretch: number) => number): number {
  return at(1) <= requests ? 1 : bisect(1, 1e6, (stretch) => at(stretch) > requests);
}

/** The least value, to one part in 100 000, for which it is not too little any more. */
function bisect(low: number, high: number, isTooLittle: (value: number) => boolean): number {
  let [below, above] = [low, high];
  while (above / below > 1.00001) {
    const middle = Math.sqrt(below * above);
    if (isTooLittle(middle)) below = middle;
    else above = middle;
  }
  return above;
}

function pollsOf({ plan, shortest, longest }: Manner, eager: number, stretch: number): number {
  return Math.max(1 / (longest * stretch), Math.min(1 / shortest, plan.polls(eager)));
}

function sum(demands: readonly Demand[], of: (demand: Demand, rate: number) => number): number {
  let total = 0;
  for (const demand of demands) for (const [rate, targets] of demand.rates) total += targets * of(demand, rate);
  return total;
}
