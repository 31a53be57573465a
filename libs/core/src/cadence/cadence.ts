import { atLeastOne, expectedRate, learn, type ChangeRate } from './change-rate.ts';
import { exposure, type DayProfile } from './day-profile.ts';
import { eagerness, type Manner, type Price } from './price.ts';

const dayMs = 86_400_000;
/** Phases that are alike drift apart by this share of a pause. */
const jitter = 0.05;

/** A stretch of time between two listings of a target, and what the second one found. */
export interface Sight {
  /** Epoch ms of the listing before, or of the moment from which on changes were expected. */
  readonly from: number;
  /** Epoch ms. */
  readonly to: number;
  /** How many changes; null where it is only known that there were some. */
  readonly changes: number | null;
}

export interface CadenceParts extends Manner, Price {
  readonly profile: DayProfile;
  /** What is believed of a target before anything was seen of it. */
  readonly prior: ChangeRate;
}

/**
 * When the targets of one tenant and resource are polled. It keeps nothing of a target: what was learned of it goes in
 * and out as a `ChangeRate`. Times are epoch ms, UTC; offsets are the athlete's, in minutes.
 */
export class Cadence {
  readonly #parts: CadenceParts;

  constructor(parts: CadenceParts) {
    this.#parts = parts;
  }

  /** Changes a day that are expected of a target. */
  rate(known: ChangeRate): number {
    return expectedRate(known, this.#parts.prior);
  }

  learn(known: ChangeRate, { from, to, changes }: Sight, utcOffsetMinutes: number): ChangeRate {
    const days = exposure(this.#parts.profile, local(from, utcOffsetMinutes), local(to, utcOffsetMinutes));
    const seen = { changes: changes ?? atLeastOne(this.rate(known) * days), days };
    return learn(known, seen, Math.max(0, to - from) / dayMs);
  }

  /**
   * The next listing.
   * @param last epoch ms of the last one
   * @param since epoch ms from when on changes are expected, where that is later
   * @param random between 0 and 1
   * @returns whole seconds after `last`
   */
  pause(
    known: ChangeRate,
    {
      last,
      since = last,
      utcOffsetMinutes,
    }: { readonly last: number; readonly since?: number; readonly utcOffsetMinutes: number },
    random: number,
  ): number {
    const { plan, price, stretch, shortest, longest } = this.#parts;
    const [from, expecting] = [local(last, utcOffsetMinutes), local(since, utcOffsetMinutes)];
    // Nothing is to be seen before, and what drifts must not drift there.
    const quiet = Math.max(0, expecting - from);
    const days = plan.next(from, eagerness(this.#parts, this.rate(known), price), expecting) - from - quiet;
    const drifted = quiet + days * (1 + jitter * (2 * random - 1));
    const pause = Math.min(longest * stretch, Math.max(shortest, drifted));
    return Math.ceil((pause * dayMs) / 1000 - 1e-6);
  }

  /**
   * How long a listing may be away, in ms, before one at once pays, when something tells that there may be news.
   * @param chance that there are
   */
  patience(chance: number): number {
    return (this.#parts.price / chance) * dayMs;
  }
}

function local(at: number, utcOffsetMinutes: number): number {
  return (at + utcOffsetMinutes * 60_000) / dayMs;
}
