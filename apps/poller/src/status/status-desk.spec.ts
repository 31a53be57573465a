import { describe, expect, it } from '@jest/globals';
import { StatusDesk, type StatusPorts } from './status-desk.ts';
import { at, database, facts, lookedUp } from './status.fixture.ts';

function setup(over: Partial<StatusPorts> = {}) {
  const clock = { now: at };
  const asked = { database: [] as (readonly string[])[], lookedUp: [] as string[], errors: [] as string[] };
  const { tenants, silent, breakers, services } = facts();
  const desk = new StatusDesk({
    now: () => clock.now,
    services: async () => services,
    known: () => ({ relay: 'kafka', tenants, silent, breakers }),
    database: async (polled) => {
      asked.database.push(polled);
      return database();
    },
    lookUp: async (tenant) => {
      asked.lookedUp.push(tenant);
      return lookedUp();
    },
    onError: (error) => void asked.errors.push(String(error)),
    ...over,
  });
  return { desk, clock, asked };
}

describe('the status desk', () => {
  it('asks once for all who look within five seconds', async () => {
    const { desk, clock, asked } = setup();
    const [first, second] = await Promise.all([desk.status(), desk.status()]);
    expect(second).toBe(first);
    clock.now += 4999;
    expect(await desk.status()).toBe(first);
    expect(asked).toMatchObject({ database: [['acme', 'nordic']], lookedUp: ['acme', 'nordic', 'trial'] });
    clock.now += 1;
    expect((await desk.status()).at).toBe(at + 5000);
    expect(asked.database).toHaveLength(2);
  });

  it('asks once at a time, however long it takes', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof database>>();
    let asked = 0;
    const { desk, clock } = setup({ database: () => ((asked += 1), promise) });
    const first = desk.status();
    clock.now += 60_000;
    const second = desk.status();
    resolve(database());
    expect(await second).toBe(await first);
    expect(asked).toBe(1);
  });

  it('tells that the database does not answer, and keeps no failure', async () => {
    const { desk, asked } = setup({ database: () => Promise.reject(new Error('away')) });
    expect(await desk.status()).toMatchObject({ level: 'bad', lanes: null });
    expect(asked.errors).toEqual(['Error: away']);
    const broken = setup({ services: () => Promise.reject(new Error('broken')) });
    await expect(broken.desk.status()).rejects.toThrow('broken');
    await expect(broken.desk.status()).rejects.toThrow('broken');
  });
});
