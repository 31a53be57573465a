import type { Policy } from './simulate.ts';
import type { World } from './world.ts';

/** Pauses that AIMD keeps to: five minutes to ten days. */
const [shortest, longest] = [300 / 86_400, 10];

/**
 * What one would do otherwise, given every athlete's rate where it helps. Each is stretched by a factor of its own, so that
 * all of them spend the same.
 * @param requestsPerDay what they spend
 */
export function rivals({ rates }: World, requestsPerDay: number): readonly Policy[] {
  const rateOf = (athlete: number): number => rates[athlete] ?? 1;
  const spend = (unit: (athlete: number) => number): number =>
    factorFor((factor) => requestsAt(rates, (athlete) => factor * unit(athlete)), requestsPerDay);
  const constant = (name: string, unit: (athlete: number) => number, phase?: (athlete: number) => number): Policy => {
    const factor = controlled(spend(unit), requestsPerDay);
    return {
      name,
      begin: (athlete, _, random) => (phase?.(athlete) ?? random()) * factor.value * unit(athlete),
      after: (athlete, { now }) => now + factor.value * unit(athlete),
      adjust: factor.adjust,
    };
  };
  const evenly = () => 1;
  return [
    fixedInterval(rates.length, controlled(spend(evenly), requestsPerDay)),
    constant('round robin', evenly, (athlete) => athlete / rates.length),
    constant('1/lambda', (athlete) => 1 / rateOf(athlete)),
    aimd(rates, requestsPerDay),
    constant('sqrt(lambda)', (athlete) => 1 / Math.sqrt(rateOf(athlete))),
  ];
}

/** Each athlete at its own phase, whatever kept a look waiting. */
function fixedInterval(athletes: number, factor: Factor): Policy {
  const due = new Float64Array(athletes);
  return {
    name: 'fixed interval',
    begin(athlete, _, random) {
      due[athlete] = random() * factor.value;
      return due[athlete] ?? 0;
    },
    after(athlete, { now }) {
      due[athlete] = Math.max(now, (due[athlete] ?? 0) + factor.value);
      return due[athlete] ?? 0;
    },
    adjust: factor.adjust,
  };
}

/** A look that finds something halves the pause, one that does not adds a step to it. */
function aimd(rates: Float64Array, requestsPerDay: number): Policy {
  const settled = (step: number) => (athlete: number) => settledPause(rates[athlete] ?? 1, step);
  const first = factorFor((step) => requestsAt(rates, settled(step)), requestsPerDay);
  const pauses = Float64Array.from(rates, (_, athlete) => settled(first)(athlete));
  // Pauses go with the root of the step, or less.
  const step = controlled(first, requestsPerDay, 2);
  return {
    name: 'AIMD',
    begin: (athlete, _, random) => random() * (pauses[athlete] ?? 1),
    after(athlete, { now, changes }) {
      const before = pauses[athlete] ?? 1;
      const pause = Math.max(shortest, Math.min(longest, changes.length > 0 ? before / 2 : before + step.value));
      pauses[athlete] = pause;
      return now + pause;
    },
    adjust: step.adjust,
  };
}

/** Where AIMD's halves and steps are even. */
function settledPause(rate: number, step: number): number {
  const pause = factorFor((pause) => step - (pause * Math.expm1(Math.min(rate * pause, 100))) / 2, 0);
  return Math.max(shortest, Math.min(longest, pause));
}

interface Factor {
  readonly value: number;
  adjust(now: number, spent: { readonly day: number; readonly overdue: number }): void;
}

/** Integral control on the requests of a day, as the price has. */
function controlled(first: number, requestsPerDay: number, gain = 1): Factor {
  let [value, adjusted] = [first, 1];
  return {
    get value() {
      return value;
    },
    adjust(now, { day, overdue }) {
      if (now < 1) return;
      value *= ((day + overdue) / requestsPerDay) ** (gain * Math.min(1, now - adjusted));
      adjusted = now;
    },
  };
}

/** Requests a day with these pauses, a detail for what a look finds among them. */
function requestsAt(rates: Float64Array, pauseOf: (athlete: number) => number): number {
  return rates.reduce((sum, rate, athlete) => {
    const pause = pauseOf(athlete);
    return sum + (1 - Math.expm1(-rate * pause)) / pause;
  }, 0);
}

/** Where a function that falls comes down to a value. */
function factorFor(of: (factor: number) => number, value: number): number {
  let [low, high] = [1e-7, 1e5];
  while (high / low > 1.0001) {
    const middle = Math.sqrt(low * high);
    if (of(middle) > value) low = middle;
    else high = middle;
  }
  return high;
}
