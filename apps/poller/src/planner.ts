import type { Budget, TargetKind, Tenant } from '#core';
import type { EndTurn } from '#queue';
import type { DueTargets, Share } from '#store';
import { roomIn } from './room.ts';
import { fairShares, totalOf, type Demand } from './shares.ts';

/** Between the beginnings of two rounds, in ms. */
export const tickMs = 500;
/** Of its time that a planner works at most, unless more is due than there is room: many replicas plan, on one database. */
const workingShare = 0.1;
/** How long the workers are given at least to make room in the queue. */
const shortestPauseMs = 25;
/** A tick leases no more, so that it is short: other planners wait for their turn meanwhile. */
const mostAtOnce = 64;

/** Of each tenant so many times its equal share is counted: what some leave goes to others without another look. */
const spareCount = 4;
/** As many tenants are looked at by one statement. While all have more due than there is room, few are enough to fill it. */
const tenantsAtOnce = 64;

/** A leased target, ready to be queued. */
export interface Leased {
  readonly tenant: string;
}

export interface PlannerPorts<Target extends Leased> {
  /**
   * What is due is planned for all replicas, and two that plan at once would only want the same targets.
   * @returns undefined while another replica plans
   */
  takeTurn(): Promise<EndTurn | undefined>;
  tenants(): readonly Tenant[];
  readonly budget: Pick<Budget, 'usage'>;
  /** Makes the poll targets of new connections. */
  enrol(): Promise<unknown>;
  /**
   * @param most of a tenant's targets of a kind that are counted
   * @returns those of the tenants that have anything due; those that come first are served first
   */
  due(tenants: readonly string[], most: number): Promise<readonly DueTargets[]>;
  /** Between 0 and 1. */
  random(): number;
  /** Leases due targets, of each share those that are longest overdue. */
  lease(shares: readonly Share[]): Promise<readonly Target[]>;
  readonly queue: {
    add(targets: readonly Target[]): Promise<void>;
    /** Jobs that a worker could take now. */
    waiting(): Promise<number>;
  };
}

/** What came of a tick. */
export interface Planned {
  readonly queued: number;
  /** As much as one tick may: there may be more that is due. */
  readonly isFull: boolean;
}

/**
 * One tick of the planner: leases what is due and queues it; no more than the workers take in the next moments and the
 * budget lets through, so that the order of what waits is decided as late as possible. Live polls go before backfills, but
 * for a small share, and a paused tenant's athletes stay as due as they are.
 * @param capacity most jobs that may wait for a worker
 */
export async function planTick<Target extends Leased>(ports: PlannerPorts<Target>, capacity: number): Promise<Planned> {
  const endTurn = await ports.takeTurn();
  if (endTurn === undefined) return { queued: 0, isFull: false };
  try {
    return await plan(ports, capacity);
  } finally {
    await endTurn();
  }
}

async function plan<Target extends Leased>(ports: PlannerPorts<Target>, capacity: number): Promise<Planned> {
  await ports.enrol();
  const room = Math.min(mostAtOnce, Math.max(0, capacity - (await ports.queue.waiting())));
  let left = room;
  let tenants = inAnyOrder(served(ports), () => ports.random());
  while (left > 0 && tenants.length > 0) {
    const { demands, mayHaveMore, unseen } = await look(ports, tenants, left);
    const shares = fairShares(left, demands, () => ports.random());
    const targets = shares.length > 0 ? await ports.lease(shares) : [];
    if (targets.length > 0) await ports.queue.add(targets);
    left -= targets.length;
    tenants = [...unseen, ...couldUseMore(demands, shares, targets, mayHaveMore)];
  }
  return { queued: room - left, isFull: room > 0 && left === 0 };
}

interface Seen {
  readonly demands: readonly Demand[];
  /** Of whom not all that is due was counted. */
  readonly mayHaveMore: ReadonlySet<string>;
  readonly unseen: readonly string[];
}

/** Looks at tenants, in their order, until what they could have leased fills the room. */
async function look<Target extends Leased>(
  ports: PlannerPorts<Target>,
  tenants: readonly string[],
  room: number,
): Promise<Seen> {
  const demands: Demand[] = [];
  const mayHaveMore = new Set<string>();
  let unseen = tenants;
  let wanted = 0;
  while (wanted < room && unseen.length > 0) {
    const some = unseen.slice(0, tenantsAtOnce);
    const most = Math.ceil((spareCount * (room - wanted)) / some.length);
    const due = [...(await ports.due(some, most))];
    while (wanted < room && due.length > 0) {
      // No more budgets are looked at than there is room for: thousands of tenants may have something due.
      const first = due.splice(0, room - wanted);
      for (const { tenant, live, backfill } of first) if (live === most || backfill === most) mayHaveMore.add(tenant);
      const found = await demandsOf(ports, first);
      demands.push(...found);
      wanted += found.reduce((sum, demand) => sum + totalOf(demand), 0);
    }
    unseen = [...due.map(({ tenant }) => tenant), ...unseen.slice(some.length)];
  }
  return { demands, mayHaveMore, unseen };
}

/** None is always the last. */
function inAnyOrder(tenants: readonly string[], random: () => number): readonly string[] {
  return tenants
    .map((tenant) => [random(), tenant] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, tenant]) => tenant);
}

/**
 * Who took all that it was given, and whose budget lets through more.
 * @param mayHaveMore of whom not all that is due was counted
 */
function couldUseMore(
  demands: readonly Demand[],
  shares: readonly Share[],
  targets: readonly Leased[],
  mayHaveMore: ReadonlySet<string>,
): readonly string[] {
  const taken = Map.groupBy(targets, ({ tenant }) => tenant);
  const given = Map.groupBy(shares, ({ tenant }) => tenant);
  return demands.flatMap((demand) => {
    const { tenant, most } = demand;
    const took = taken.get(tenant)?.length ?? 0;
    const offered = (given.get(tenant) ?? []).reduce((sum, share) => sum + share.most, 0);
    const isSated = took === 0 || took < offered || took >= most;
    return !isSated && (took < totalOf(demand) || mayHaveMore.has(tenant)) ? [tenant] : [];
  });
}

function served<Target extends Leased>(ports: PlannerPorts<Target>): readonly string[] {
  return ports.tenants().flatMap(({ id, paused }) => (paused ? [] : [id]));
}

async function demandsOf<Target extends Leased>(
  ports: PlannerPorts<Target>,
  due: readonly DueTargets[],
): Promise<readonly Demand[]> {
  return Promise.all(
    due.map(async ({ tenant, live, backfill }) => {
      try {
        const room = await roomOf(ports.budget, tenant);
        return {
          tenant,
          live: Math.min(live, room.live),
          backfill: Math.min(backfill, room.backfill),
          most: Math.max(room.live, room.backfill),
        };
      } catch (error) {
        // The tenant file may have changed meanwhile.
        if (served(ports).includes(tenant)) throw error;
        return { tenant, live: 0, backfill: 0, most: 0 };
      }
    }),
  );
}

/** How many more polls the tightest window lets begin. */
async function roomOf(
  budget: Pick<Budget, 'usage'>,
  tenant: string,
): Promise<{ readonly [Kind in TargetKind]: number }> {
  const { windows, pausedUntil } = await budget.usage(tenant);
  if (pausedUntil !== null) return { live: 0, backfill: 0 };
  const room = (kind: TargetKind): number => Math.max(0, roomIn(windows, kind)[0]?.room ?? 0);
  return { live: room('live'), backfill: room('backfill') };
}

/**
 * While there is more due than the queue takes, the next tick comes as soon as the workers have made room.
 * @returns ms until the next tick, or undefined when nothing was due: then it may come with the next interval
 */
export function pauseAfter({ queued, isFull }: Planned, tookMs: number): number | undefined {
  if (queued === 0) return undefined;
  return isFull ? shortestPauseMs : Math.min(tickMs, Math.max(shortestPauseMs, tookMs * (1 / workingShare - 1)));
}
