import { cheapest, priceFor, type Demand, type Price } from './price.ts';

/** What a tenant's budget was and is spent on. Requests a day. */
export interface Spending {
  /** What may be spent on watching: listings and the details that follow from them. */
  readonly allowed: number;
  /** What was spent on it in the last day. */
  readonly spent: number;
  /** Listings that are overdue. */
  readonly overdue: number;
}

/** How a tenant's requests are shared out, and what was learned from how it went. */
export interface Pace extends Price {
  /** Requests that were made, as a multiple of those that were foreseen. */
  readonly bias: number;
}

export const firstPace: Pace = Object.freeze({ price: 0, stretch: 1, bias: 1 });

/** Share of an error in a day's requests that is made good in a day. More would swing, since a day's sum lags half a day behind. */
const gain = 1;
const [leastBias, mostBias] = [0.5, 2];

/**
 * Sets the price anew: what the demand asks for at each price is known, so that new athletes and new rates count at once;
 * what was foreseen wrongly is made good by integral control on the day's requests.
 * @param elapsed days since it was set last
 */
export function pace(
  before: Pace,
  demands: readonly Demand[],
  { allowed, spent, overdue }: Spending,
  elapsed: number,
): Pace {
  const error = Math.log(Math.max(spent + overdue, 1) / Math.max(allowed, 1));
  const step = gain * Math.min(elapsed, 1) * Math.max(-1, Math.min(1, error));
  // There is nothing to learn where all targets have as much as they can take.
  const bias = before.price <= cheapest && error < 0 ? 1 : before.bias * Math.exp(step);
  const kept = Math.min(mostBias, Math.max(leastBias, bias));
  return { ...priceFor(demands, allowed / kept), bias: kept };
}
