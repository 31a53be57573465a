import type { Guards } from './learned.ts';
import type { Terms } from './simulate.ts';
import type { DayShape, WorldParts } from './world.ts';

/** What is held against a bound, and which table it stands in. */
export interface Case {
  readonly table: 'main' | 'dates' | 'guards' | 'once' | 'cold';
  readonly world: WorldParts;
  readonly fetch: Terms['fetch'];
  /** Pauses that an operator allows; without them, nearly any. */
  readonly guards: Guards | null;
  /** Days. */
  readonly warmUp: number;
  readonly counted: number;
}

const sizes = [3000, 10_000, 20_000];
const sigmas = [0.5, 1, 1.5];
const shapes: readonly DayShape[] = ['flat', 'two-peaks'];
/** Few athletes have few changes, whose mean is surer after more days. */
const daysOf = (athletes: number): number => (athletes < 10_000 ? 14 : 8);
const usual = { fetch: 'look', guards: null, warmUp: 4, counted: 8 } as const;

export const cases: readonly Case[] = [
  ...shapes.flatMap((shape) =>
    sizes.flatMap((athletes) =>
      sigmas.map((sigma): Case => ({
        ...usual,
        table: 'main',
        world: { athletes, sigma, shape },
        counted: daysOf(athletes),
      })),
    ),
  ),
  ...shapes.map((shape): Case => ({
    ...usual,
    table: 'dates',
    world: { athletes: 20_000, sigma: 1, shape },
    fetch: 'date',
  })),
  ...sizes.map((athletes): Case => ({
    ...usual,
    table: 'guards',
    world: { athletes, sigma: 1.5, shape: 'flat' },
    counted: daysOf(athletes),
    guards: { shortest: 300 / 86_400, longest: 1 / 2 },
  })),
  {
    ...usual,
    table: 'once',
    world: { athletes: 10_000, sigma: 0.5, shape: 'two-peaks', meanRate: 2, isOnceADay: true },
  },
  { ...usual, table: 'cold', world: { athletes: 10_000, sigma: 1, shape: 'two-peaks' }, warmUp: 7 },
];

export function titleOf({ table, world: { athletes, sigma, shape } }: Case): string {
  return `${table}: ${athletes} athletes, sigma ${sigma}, ${shape}`;
}
