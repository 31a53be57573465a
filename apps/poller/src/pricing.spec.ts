import { describe, expect, it } from '@jest/globals';
import { cheapest, flatPlan, range, referenced, type RateSums, type Resource, type Tenant } from '#core';
import { resources } from '#resources';
import type { DaySpending } from '#store';
import { capacityOf, delayOf, priceOf, requestsPerDay, type PricingPorts } from './pricing.ts';
import { tenant } from './tick.fixture.ts';

const day = { requests: 100_000, seconds: 86_400 };
const served: Tenant = { ...tenant, quota: [{ requests: 3000, seconds: 900 }, day] };
const sessions = resources.filter(({ name }) => name === 'training-sessions');
const byName = new Map(resources.map((resource) => [resource.name, resource]));

function ports(targets: number, overrides: Partial<PricingPorts> = {}): PricingPorts {
  const sums: RateSums = {
    targets,
    changes: targets * 28,
    days: targets * 14,
    daysSquared: targets * 196,
    spread: targets * 60,
  };
  return {
    sums: async () => new Map([['training-sessions', sums]]),
    histogram: async () => new Map([['training-sessions', [[2, targets]]]]),
    overdue: async () => 0,
    spending: async (): Promise<DaySpending> => ({ requests: {}, days: 0 }),
    planOf: () => flatPlan,
    resources: byName,
    ...overrides,
  };
}

it('the strictest window says how many requests a day has', () => {
  expect(requestsPerDay(served)).toBe(100_000);
  expect(requestsPerDay({ quota: [{ requests: 10, seconds: 900 }, day] })).toBe(960);
});

describe('the price of a request', () => {
  it('is the one at which a day of watching has what may be spent on it', async () => {
    const { demand, price } = await priceOf(served, undefined, ports(10_000));
    expect(demand.allowed).toBe(95_000);
    expect(demand.expected / demand.allowed).toBeCloseTo(1, 2);
    expect(price).toBeGreaterThan(cheapest);
  });

  it('is next to nothing where there is more than all targets can take', async () => {
    expect((await priceOf(served, undefined, ports(10))).price).toBe(cheapest);
  });

  it('rises with more targets, and with what else is spent', async () => {
    const at = async (targets: number, requests: DaySpending['requests'] = {}): Promise<number> =>
      (await priceOf(served, undefined, ports(targets, { spending: async () => ({ requests, days: 0.5 }) }))).price;
    expect(await at(20_000)).toBeGreaterThan(await at(10_000));
    expect(await at(10_000, { sweep: 30_000 })).toBeGreaterThan(await at(10_000));
    expect(await at(10_000, { backfill: 30_000 })).toBe(await at(10_000));
  });

  it('makes good what was foreseen wrongly, after a whole day', async () => {
    const before = { price: 0.01, stretch: 1, bias: 1, elapsed: 0.1 };
    const spending = async (): Promise<DaySpending> => ({ requests: { listing: 90_000, wanted: 20_000 }, days: 1 });
    expect((await priceOf(served, before, ports(10_000, { spending }))).bias).toBeGreaterThan(1);
  });

  it('stretches the longest pauses evenly where even those are too many', async () => {
    const small: Tenant = { ...served, quota: [{ requests: 1000, seconds: 86_400 }] };
    const { stretch, demand } = await priceOf(small, undefined, ports(10_000));
    expect(stretch).toBeGreaterThan(10);
    expect(demand.expected / demand.allowed).toBeCloseTo(1, 2);
  });
});

it('what others refer to has no part in the price: it is never listed', async () => {
  const made: Resource = {
    ...(sessions[0] as Resource),
    name: 'places',
    request: referenced({ path: '/places/{key}' }),
  };
  const with10k = ports(10_000);
  const both: PricingPorts = {
    ...with10k,
    resources: new Map([...byName, [made.name, made]]),
    sums: async (tenant) => {
      const sums = await with10k.sums(tenant);
      return new Map([...sums, [made.name, { ...(sums.get('training-sessions') as RateSums), targets: 90_000 }]]);
    },
    histogram: async (tenant, priors) => {
      const rates = await with10k.histogram(tenant, priors);
      return new Map([...rates, [made.name, [[5, 90_000] as const]]]);
    },
  };
  expect(await priceOf(served, undefined, both)).toEqual(await priceOf(served, undefined, with10k));
  const known = await priceOf(served, undefined, with10k);
  expect(capacityOf(served, known, 0, [...sessions, made], with10k)).toEqual(
    capacityOf(served, known, 0, sessions, with10k),
  );
});

describe('the delay of a change', () => {
  it('is what the capacity tells of now, and not known before anything is', async () => {
    const known = { ...(await priceOf(served, undefined, ports(10_000))), bias: 1 };
    const { now } = capacityOf(served, known, 0, sessions, ports(0));
    expect(now.meanDelaySeconds).toBeGreaterThan(60);
    expect(Math.round(delayOf(served, known, sessions, ports(0)) ?? 0)).toBe(now.meanDelaySeconds);
    expect(delayOf(served, { ...known, demand: { resources: {} } }, sessions, ports(0))).toBeUndefined();
  });
});

describe('capacity', () => {
  it('tells what more athletes cost in delay', async () => {
    const known = await priceOf(served, undefined, ports(10_000));
    const { now, later } = capacityOf(served, known, 10_000, sessions, ports(10_000));
    expect([now.athletes, later.athletes]).toEqual([10_000, 20_000]);
    expect(later.meanDelaySeconds).toBeGreaterThan(now.meanDelaySeconds * 1.8);
    expect(later.requestsPerDay).toBeCloseTo(95_000, -2);
  });

  it('counts that sweeps and last reads grow with the athletes', async () => {
    const spending = async (): Promise<DaySpending> => ({ requests: { sweep: 20_000, final: 10_000 }, days: 0.5 });
    const known = await priceOf(served, undefined, ports(10_000, { spending }));
    const { now, later } = capacityOf(served, known, 10_000, sessions, ports(10_000));
    expect(now.requestsPerDay).toBeCloseTo(65_000, -2);
    expect(later.requestsPerDay).toBeCloseTo(35_000, -2);
    // Watching keeps its least share.
    const many = capacityOf(served, known, 90_000, sessions, ports(10_000)).later;
    expect(many.requestsPerDay).toBeCloseTo(19_000, -2);
  });

  it('is guessed by the nature of resources where there are no athletes yet', () => {
    const made: Resource = {
      ...(sessions[0] as Resource),
      request: range({ path: '/walks', days: 28, watch: { before: 10, after: 0 } }),
    };
    const { now, later } = capacityOf(served, undefined, 3000, [made], ports(0));
    expect(now).toEqual({ athletes: 0, requestsPerDay: 0, meanDelaySeconds: 0 });
    expect(later.meanDelaySeconds).toBeGreaterThan(0);
  });
});
