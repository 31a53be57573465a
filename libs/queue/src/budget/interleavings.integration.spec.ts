import { randomUUID } from 'node:crypto';
import type { BudgetLane, QuotaWindow } from '#core';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { testRedis, virtualBudget } from './budget.fixture.ts';
import { budgetOn, createBudget } from './budget.ts';
import { rebuild } from './rebuild.ts';
import { toWindows } from './windows.ts';

const redis = testRedis();
afterAll(() => redis.disconnect());

let clean: (() => Promise<unknown>) | undefined;
afterEach(() => clean?.());

async function budgetOf(quota: readonly QuotaWindow[], holdSeconds = 60) {
  const virtual = await virtualBudget(redis, quota, holdSeconds);
  clean = virtual.clean;
  const budget = budgetOn(virtual.parts);
  return {
    ...virtual,
    budget,
    charge: (lane: BudgetLane = 'refresh') => budget.charge(virtual.tenant, lane),
    used: async () => (await budget.usage(virtual.tenant)).windows.map(({ used }) => used),
  };
}

async function times<T>(count: number, call: () => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: count }, call));
}
const granted = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

const quarter = { requests: 10, seconds: 900 };
const day = { requests: 30, seconds: 86_400 };

describe('a permit', () => {
  it('counts from the start to the end plus the window', async () => {
    const { charge, used, now, setNow } = await budgetOf([quarter]);
    const start = now();
    const permit = await charge();
    await setNow(start + 20_000);
    await permit.settle();
    await setNow(start + 20_000 + 900_000);
    expect(await used()).toEqual([1]);
    await setNow(start + 20_000 + 905_000);
    expect(await used()).toEqual([0]);
  });

  it('that is never settled counts as long as its request may last', async () => {
    const { charge, used, now, setNow } = await budgetOf([quarter]);
    const start = now();
    await charge();
    await setNow(start + 60_000 + 900_000);
    expect(await used()).toEqual([1]);
    await setNow(start + 60_000 + 905_000);
    expect(await used()).toEqual([0]);
  });

  it('is not handed out when the process stood still while the last answer waited', async () => {
    const { parts, tenant, now, setNow } = await budgetOf([quarter]);
    const asleep = async (ms: number) => {
      const frozen = budgetOn({
        ...parts,
        state: {
          ...parts.state,
          verify: async (of) => {
            const seen = await parts.state.verify(of);
            await setNow(now() + ms);
            return seen;
          },
        },
      });
      return frozen.charge(tenant, 'refresh');
    };
    await expect(asleep(30_001)).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE' });
    await expect(asleep(30_000)).resolves.toBeDefined();
  });

  it('is settled once, however often it is said, and counted anew when it is said much too late', async () => {
    const { charge, used, now, setNow } = await budgetOf([quarter]);
    const start = now();
    const [first, second] = await Promise.all([charge(), charge()]);
    await setNow(start + 1000);
    await Promise.all([first.settle(), first.settle()]);
    await first.settle();
    // The second is still in flight, so it outlasts the first by a minute.
    await setNow(start + 910_000);
    expect(await used()).toEqual([1]);
    await setNow(start + 2_000_000);
    expect(await used()).toEqual([0]);
    await second.settle();
    expect(await used()).toEqual([1]);
  });

  it('is settled in vain after a rebuild, which placed it as late as it can end', async () => {
    const { charge, used, lose, ledger } = await budgetOf([quarter]);
    const permit = await charge();
    await lose();
    expect(await used()).toEqual([1]);
    await permit.settle();
    expect(await used()).toEqual([1]);
    expect([...ledger.minutes.values()]).toEqual([1]);
  });
});

describe('a refusal', () => {
  it('changes nothing, and says when enough will have left', async () => {
    const { charge, now, setNow, key, ledger } = await budgetOf([quarter, day]);
    const start = now();
    const permits = await Promise.all(Array.from({ length: 10 }, () => charge()));
    await Promise.all(permits.map((permit) => permit.settle()));
    const before = await redis.hgetall(key);
    const refused = await charge().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'BUDGET_EXHAUSTED', disposition: 'wait' });
    expect(await redis.hgetall(key)).toEqual(before);
    expect([...ledger.minutes.values()]).toEqual([10]);

    const { waitUntil } = refused as { waitUntil: number };
    expect(waitUntil).toBe((Math.floor(start / 2500) + 1) * 2500 + 900_000);
    await setNow(waitUntil - 1);
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED', waitUntil });
    await setNow(waitUntil);
    await charge();
  });

  it('of one window leaves the others as they are', async () => {
    const { charge, used } = await budgetOf([
      { requests: 3, seconds: 900 },
      { requests: 2, seconds: 86_400 },
    ]);
    expect(granted(await times(5, charge))).toBe(2);
    expect(await used()).toEqual([2, 2]);
  });
});

describe('lanes', () => {
  const hundred = { requests: 100, seconds: 900 };

  it('stop at their share, the most urgent last', async () => {
    const { charge } = await budgetOf([hundred]);
    const counts: number[] = [];
    for (const lane of ['reconcile', 'backfill', 'cold', 'warm', 'detail', 'hot', 'refresh'] as const) {
      counts.push(granted(await times(100, () => charge(lane))));
    }
    expect(counts).toEqual([60, 10, 22, 2, 2, 2, 2]);
  });

  it('that are urgent go first when they come together, and may use all', async () => {
    const { charge } = await budgetOf([hundred]);
    const [cold, hot] = await Promise.all([times(60, () => charge('cold')), times(90, () => charge('hot'))]);
    expect([granted(cold), granted(hot)]).toEqual([2, 90]);
    expect(granted(await times(100, () => charge('refresh')))).toBe(8);
  });

  it('all get a turn in a tiny window', async () => {
    const { charge } = await budgetOf([{ requests: 1, seconds: 2 }]);
    await charge('reconcile');
    await expect(charge('refresh')).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
  });
});

describe('after a 429', () => {
  it('nobody is charged until the longest pause is over, then half until the shortest window has passed', async () => {
    const { budget, charge, now, setNow, tenant, used } = await budgetOf([quarter, day]);
    const until = now() + 30_000;
    await budget.pause(tenant, until);
    await budget.pause(tenant, until - 10_000);
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED', waitUntil: until });
    expect(await budget.usage(tenant)).toEqual({
      windows: [
        { seconds: 900, limit: 5, used: 0, left: 4, leftForBackfill: 3 },
        { seconds: 86_400, limit: 30, used: 0, left: 29, leftForBackfill: 29 },
      ],
      pausedUntil: until,
    });

    await setNow(until);
    expect((await budget.usage(tenant)).pausedUntil).toBeNull();
    const permits = await times(10, charge);
    expect(granted(permits)).toBe(5);
    expect(permits[9]).toMatchObject({ reason: { waitUntil: until + 900_000 } });
    await setNow(until + 900_000);
    expect(granted(await times(10, charge))).toBe(5);
    expect(await used()).toEqual([10, 10]);
  });

  it('every replica waits and then goes at half pace, whichever was told', async () => {
    const { parts, budget, now, setNow, tenant } = await budgetOf([quarter, day]);
    const other = budgetOn(parts);
    const until = now() + 30_000;
    await other.pause(tenant, until);
    await expect(budget.charge(tenant, 'refresh')).rejects.toMatchObject({ waitUntil: until });
    await setNow(until);
    const both = [budget, other].map((one) => times(4, () => one.charge(tenant, 'refresh')));
    expect((await Promise.all(both)).map(granted)).toEqual(expect.arrayContaining([4, 1]));
    await setNow(until + 900_000);
    expect(granted(await times(10, () => budget.charge(tenant, 'refresh')))).toBe(5);
  });

  it('a replica that paused keeps the pause when the state is lost', async () => {
    const { budget, charge, now, tenant, lose } = await budgetOf([quarter]);
    const until = now() + 30_000;
    await budget.pause(tenant, until);
    await lose();
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED', waitUntil: until });
  });
});

describe('a clock that steps', () => {
  async function offBy() {
    const virtual = await budgetOf([{ requests: 5, seconds: 900 }], 1);
    return { ...virtual, redisClock: (off: number) => redis.set(`${virtual.key}:now`, virtual.now() + off) };
  }
  const half = 450_000;

  it('ahead in Redis lets nothing leave early', async () => {
    const { charge, redisClock, used } = await offBy();
    for (const permit of await Promise.all(Array.from({ length: 5 }, () => charge()))) await permit.settle();
    await redisClock(86_400_000);
    expect(await used()).toEqual([5]);
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
  });

  it('back in Redis and forth again does not make requests old', async () => {
    const { charge, redisClock, now, setNow, used } = await offBy();
    await redisClock(-86_400_000);
    for (const permit of await Promise.all(Array.from({ length: 5 }, () => charge()))) await permit.settle();
    await setNow(now() + half);
    expect(await used()).toEqual([5]);
    await setNow(now() + half + 2500);
    expect(await used()).toEqual([0]);
  });

  it('keeps who was refused waiting by his own clock', async () => {
    const { charge, redisClock, now } = await offBy();
    await redisClock(-60_000);
    for (const permit of await Promise.all(Array.from({ length: 5 }, () => charge()))) await permit.settle();
    const refused = await charge().catch((error: unknown) => error);
    // Redis will be there a minute later.
    expect(refused).toMatchObject({ waitUntil: (Math.floor(now() / 2500) + 1) * 2500 + 900_000 + 60_000 });
  });

  it('back by more than a window on both sides keeps sums and buckets equal', async () => {
    const { charge, now, setNow, used, key } = await offBy();
    await charge();
    await setNow(now() + 2_000_000);
    await charge();
    await setNow(now() - 2_000_000);
    await charge();
    const counts = async () => {
      const fields = Object.entries(await redis.hgetall(key)).filter(([name]) => /:\d+$/.test(name));
      return fields.reduce((sum, [, count]) => sum + Number(count), 0);
    };
    expect([await counts(), ...(await used())]).toEqual([2, 2]);
    await setNow(now() + 5_000_000);
    expect([...(await used()), await counts()]).toEqual([0, 0]);
  });
});

describe('lost state', () => {
  it('between the charge and the ledger is counted again in the new state', async () => {
    const { parts, ledger, lose, charge, used, tenant, windows } = await budgetOf([quarter]);
    await charge();
    ledger.onAdd = async () => {
      ledger.onAdd = async () => {};
      await lose();
      await rebuild(parts, tenant, windows);
    };
    await charge();
    expect(await used()).toEqual([2]);
    await lose();
    // The ledger may over-count: it heard of the second twice.
    expect(await used()).toEqual([3]);
  });

  it('that another replica rebuilds while we write is counted again there, even when nothing fits any more', async () => {
    const { parts, ledger, lose, charge, tenant, windows } = await budgetOf([{ requests: 1, seconds: 900 }]);
    ledger.onAdd = async () => {
      ledger.onAdd = async () => {};
      await lose();
      await rebuild(parts, tenant, windows);
      await parts.state.charge(tenant, windows, [{ lane: 'hot', count: 1 }], 0);
    };
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
  });

  it('while the ledger is read makes the rebuild begin again', async () => {
    const { ledger, lose, charge, used } = await budgetOf([quarter]);
    await charge();
    await lose();
    let readings = 0;
    ledger.onSince = async () => {
      readings += 1;
      if (readings === 1) await lose();
    };
    expect(await used()).toEqual([1]);
    expect(readings).toBe(2);
  });

  it('is not believed when it comes back from a disk or a lagging copy', async () => {
    const { charge, used, key, lose } = await budgetOf([quarter]);
    await charge();
    const copy = Object.entries(await redis.hgetall(key)).flat();
    await charge();
    await lose();
    await redis.hset(key, ...copy);
    await redis.hset(key, 'run', 'the process that died');
    expect(await used()).toEqual([2]);
  });

  it('again and again is unavailable in the end', async () => {
    const { charge, ledger, lose } = await budgetOf([quarter]);
    ledger.onSince = async () => {
      await lose();
    };
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE', disposition: 'retry' });
  });

  it('is rebuilt with the windows of every replica while they differ', async () => {
    const { parts, charge, tenant, windows, key } = await budgetOf([quarter, day]);
    await charge();
    const other = toWindows([quarter, { requests: 5, seconds: 3600 }]);
    await rebuild(parts, tenant, other);
    expect((await parts.state.usage(tenant, other))?.used).toEqual([1, 1]);
    await charge();
    expect((await parts.state.usage(tenant, other))?.used).toEqual([2, 2]);
    expect((await parts.state.usage(tenant, windows))?.used).toEqual([2, 2]);
    expect(await redis.pttl(key)).toBeGreaterThan(86_400_000);
  });

  it('is not replaced when somebody else was faster', async () => {
    const { parts, charge, used, tenant, windows, lose } = await budgetOf([quarter]);
    await charge();
    await lose();
    const [late, later] = [randomUUID(), randomUUID()];
    await parts.state.begin(tenant, windows, late);
    await parts.state.begin(tenant, windows, later);
    await charge();
    await parts.state.commit(tenant, late, randomUUID(), []);
    await parts.state.commit(tenant, later, randomUUID(), []);
    expect(await used()).toEqual([2]);
  });
});

describe('failing closed', () => {
  it('when the ledger fails: nothing goes, and what was counted stays', async () => {
    const { charge, ledger, used } = await budgetOf([quarter]);
    await charge();
    ledger.onAdd = () => Promise.reject(new Error('no database'));
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE' });
    expect(await used()).toEqual([2]);
  });

  it('when paying takes so long that the request could outlive its time', async () => {
    const { charge, ledger, now, setNow, used } = await budgetOf([quarter]);
    ledger.onAdd = () => setNow(now() + 30_001);
    await expect(charge()).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE' });
    expect(await used()).toEqual([1]);
  });

  it('when Redis is gone; a permit can still be settled', async () => {
    const { ledger } = await budgetOf([quarter]);
    const own = testRedis();
    const keyPrefix = `test-${randomUUID()}`;
    const budget = createBudget({ redis: own, ledger, quotaOf: () => [quarter], keyPrefix, now: Date.now });
    const permit = await budget.charge('t', 'hot');
    own.disconnect();
    await expect(budget.charge('t', 'hot')).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE' });
    await expect(budget.usage('t')).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE' });
    await expect(budget.pause('t', 1)).rejects.toMatchObject({ code: 'BUDGET_UNAVAILABLE' });
    await permit.settle();
  });

  it('at once, on a connection that sends commands twice', async () => {
    const { ledger } = await budgetOf([quarter]);
    const twice = redis.duplicate({ autoResendUnfulfilledCommands: true, lazyConnect: true });
    const options = { redis: twice, ledger, quotaOf: () => [quarter], keyPrefix: 'test', now: Date.now };
    expect(() => createBudget(options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as unknown as Error,
    );
  });
});
