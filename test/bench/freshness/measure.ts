import { flatBound, profileBound } from './bounds.ts';
import type { Case } from './cases.ts';
import { learned, watchShare } from './learned.ts';
import { provider } from './limits.ts';
import { rivals } from './rivals.ts';
import { simulate, type Outcome } from './simulate.ts';
import { worldOf, type World } from './world.ts';

export interface Measured {
  readonly of: Case;
  /** Hours: of the mean delay, at what watching gets and at all that the provider allows. */
  readonly bound: number;
  readonly boundOfAll: number;
  readonly learned: Outcome;
  readonly rivals: readonly Outcome[];
}

const seed = 20_261_127;
const open = { shortest: 60 / 86_400, longest: 10 };

export function measure(one: Case): Measured {
  const { table, guards, fetch, warmUp, counted } = one;
  const world = worldOf(one.world, seed);
  const terms = { warmUp, counted, seed, fetch };
  const outcome = simulate(world, learned(world, { guards: guards ?? open, isSeeded: table !== 'cold' }), terms);
  const allowed = watchShare * provider.day;
  return {
    of: one,
    // Whoever spent a little more is held against what it spent.
    bound: 24 * boundOf(one, world, Math.max(allowed, outcome.requestsPerDay)),
    boundOfAll: 24 * boundOf(one, world, provider.day),
    learned: outcome,
    rivals:
      table === 'main'
        ? rivals(world, allowed).map((rival) => simulate(world, rival, { ...terms, warmUp: 6, counted: 4 }))
        : [],
  };
}

function boundOf({ world: { shape }, fetch, guards }: Case, world: World, requestsPerDay: number): number {
  // A source that fires once a day has fewer changes than its hazard says.
  const rates = world.isOnceADay ? world.rates.map((rate) => -Math.expm1(-rate)) : world.rates;
  const asked = { rates, requestsPerDay, details: 1 };
  return shape === 'flat' && fetch === 'look'
    ? flatBound({ ...asked, ...guards })
    : profileBound({ ...asked, isByDate: fetch === 'date' }, world.profile);
}
