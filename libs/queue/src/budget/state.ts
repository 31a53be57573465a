import type { BudgetLane } from '#core';
import type { Redis } from 'ioredis';
import { charge } from './charge.lua.ts';
import { halved, laneCap, laneShares, longLaneShares } from './lanes.ts';
import { layout, redisClock } from './layout.lua.ts';
import { begin, commit } from './rebuild.lua.ts';
import { script } from './script.ts';
import { settle } from './settle.lua.ts';
import { pause, usage, verify } from './state.lua.ts';
import { shortest, type BudgetWindow, type Placement } from './windows.ts';

export interface StateOptions {
  readonly redis: Redis;
  readonly keyPrefix: string;
  /** How long a request counts as in flight unless it's settled (ms). */
  readonly hold: number;
  /** This process's clock (epoch ms). */
  readonly now: () => number;
  /** Redis's clock, as a Lua function. */
  readonly clock?: string;
}

export interface LaneDemand {
  readonly lane: BudgetLane;
  readonly count: number;
}

export interface Charged {
  readonly generation: string;
  /** When it was charged (epoch ms, by the later of the two clocks), and until when it counts as in flight. */
  readonly at: number;
  readonly heldUntil: number;
  readonly lanes: readonly { readonly granted: number; readonly waitUntil: number }[];
}

export interface Settled {
  readonly heldUntil: number;
  readonly count: number;
}

/** The shared counts of each tenant. Every method is one script call; null says that the state is lost or incomplete. */
export type BudgetState = ReturnType<typeof createState>;

export function createState({ redis, keyPrefix, hold, now, clock = redisClock }: StateOptions) {
  const scriptOf = (lua: string) => {
    const run = script(redis, clock + layout + lua);
    return (key: string, input: object) => run(key, { ...input, hold, caller: now() });
  };
  const scripts = {
    charge: scriptOf(charge),
    settle: scriptOf(settle),
    verify: scriptOf(verify),
    pause: scriptOf(pause),
    usage: scriptOf(usage),
    begin: scriptOf(begin),
    commit: scriptOf(commit),
  };
  const keyOf = (tenant: string) => `{${keyPrefix}:${tenant}}`;
  const idsOf = (windows: readonly BudgetWindow[]) => windows.map(({ id }) => id);

  return {
    /** @param demand the most urgent lane first; @param pausedUntil a pause that the state may not know (epoch ms), or 0 */
    async charge(
      tenant: string,
      windows: readonly BudgetWindow[],
      demand: readonly LaneDemand[],
      pausedUntil: number,
    ): Promise<Charged | null> {
      const lanes = demand.map(({ lane, count }) => ({ count, ...capsOf(lane, windows) }));
      const input = { windows: idsOf(windows), lanes, pause: pausedUntil, slowFor: shortest(windows).length };
      const [kind, generation, time, ...counts] = list(await scripts.charge(keyOf(tenant), input));
      if (kind !== 'charged') return null;
      const at = Number(time);
      return {
        generation: String(generation),
        at,
        heldUntil: at + hold,
        lanes: demand.map((_, i) => ({ granted: Number(counts[2 * i]), waitUntil: Number(counts[2 * i + 1]) })),
      };
    },

    async settle(tenant: string, generation: string, settled: readonly Settled[]): Promise<void> {
      const moves = settled.map(({ heldUntil, count }) => [heldUntil, count]);
      await scripts.settle(keyOf(tenant), { gen: generation, moves });
    },

    /** `at` is the later of the two clocks. */
    async verify(tenant: string): Promise<{ readonly generation: string; readonly at: number } | null> {
      const [kind, generation, time] = list(await scripts.verify(keyOf(tenant), {}));
      return kind === 'alive' ? { generation: String(generation), at: Number(time) } : null;
    },

    async pause(tenant: string, windows: readonly BudgetWindow[], until: number): Promise<true | null> {
      const input = { windows: idsOf(windows), until, slowFor: shortest(windows).length };
      const [kind] = list(await scripts.pause(keyOf(tenant), input));
      return kind === 'paused' ? true : null;
    },

    async usage(tenant: string, windows: readonly BudgetWindow[]) {
      const [kind, time, pause, slow, ...used] = list(await scripts.usage(keyOf(tenant), { windows: idsOf(windows) }));
      if (kind !== 'usage') return null;
      return { now: Number(time), pause: Number(pause), slow: Number(slow), used: used.map(Number) };
    },

    /** @returns null when the state is there after all */
    async begin(tenant: string, windows: readonly BudgetWindow[], token: string) {
      const [kind, time, longest] = list(await scripts.begin(keyOf(tenant), { windows: idsOf(windows), token }));
      return kind === 'ticket' ? { now: Number(time), longest: Number(longest) } : null;
    },

    /** Does nothing when the ticket of `begin` has gone. */
    async commit(tenant: string, token: string, generation: string, minutes: readonly Placement[]): Promise<void> {
      await scripts.commit(keyOf(tenant), { token, gen: generation, minutes });
    },
  };
}

/** Half pace holds in the shortest window, which alone sets the pace: half of a used-up day would be a standstill. */
export function capsOf(lane: BudgetLane, windows: readonly BudgetWindow[]) {
  const burst = shortest(windows).length;
  const shares = ({ length }: BudgetWindow) => (length === burst ? laneShares : longLaneShares);
  return {
    full: windows.map((window) => laneCap(lane, window.limit, shares(window))),
    half: windows.map((window) =>
      laneCap(lane, window.length === burst ? halved(window.limit) : window.limit, shares(window)),
    ),
  };
}

function list(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}
