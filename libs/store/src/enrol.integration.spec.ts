import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyCursor, type Resource, type Tenant } from '#core';
import { enrolConnections, replanTenant, type EnrolmentPlan } from './enrol.ts';
import { record } from './record.ts';
import { backfills, changesOf, hikes, live, StoreBench, swims, tenant, walks } from './store.fixture.ts';
import { leaseDue, suspendConnection } from './targets.ts';

let bench: StoreBench;
beforeEach(async () => {
  bench = await StoreBench.open();
});
afterEach(() => bench.close());

const planOf = (resources: readonly Resource[], changes: Partial<Tenant> = {}): EnrolmentPlan => ({
  tenant: { ...tenant, ...changes },
  resources,
});
const all = planOf([walks, hikes, swims]);
const enrol = (plan = all, most?: number) => enrolConnections(bench.poller, new Map([[plan.tenant.id, plan]]), most);

/** What auth does at a new consent. */
async function consent(connection: string, scopes: readonly string[]): Promise<void> {
  await bench.db
    .updateTable('connections')
    .set({ scopes: [...scopes], status: 'active', enrolled_plan: null })
    .where('id', '=', connection)
    .execute();
}

const connected = (...scopes: string[]) => bench.connection({ scopes, enrolledPlan: null });

describe('enrolling', () => {
  it('gives a new connection a live target and a backfill of each resource that it consented to', async () => {
    const connection = await connected('walks:read', 'hikes:read', 'unknown:read');
    expect(await enrol()).toBe(1);
    expect(await bench.targets(connection)).toEqual(['live hikes', 'live walks', 'backfill hikes', 'backfill walks']);
    const range = { from: '2026-05-04', to: '2026-06-01' };
    expect(await bench.targetRow(connection, walks)).toMatchObject({ cursor: emptyCursor, interval_seconds: 300 });
    expect(await bench.targetRow(connection, walks, 'backfill')).toMatchObject({
      cursor: { remaining: range, backfill: range },
    });
    expect(await bench.events(connection)).toMatchObject([
      { type: 'BackfillStarted', data: { ...range, resources: ['walks', 'hikes'] } },
    ]);
    for (const due of [live, backfills])
      expect(await leaseDue(bench.poller, [{ ...due, most: 10 }], 60)).toHaveLength(2);
  });

  it('has nothing to do the second time', async () => {
    await connected('walks:read');
    expect(await enrol()).toBe(1);
    const before = await bench.contents();
    expect(await enrol()).toBe(0);
    expect(await bench.contents()).toEqual(before);
  });

  it('changes nothing but the plan at a new consent to the same', async () => {
    const connection = await connected('walks:read');
    await enrol();
    const before = await bench.contents();
    await consent(connection, ['walks:read']);
    expect(await enrol()).toBe(1);
    expect(await bench.contents()).toEqual(before);
  });

  it('is done once by many planners', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => connected('walks:read', 'swims:read')));
    const counts = await Promise.all(Array.from({ length: 6 }, () => enrol(all, 5)));
    // Planners that met the same rows passed over them.
    const rest = await enrol();
    expect(counts.reduce((sum, count) => sum + count, rest)).toBe(20);
    for (const connection of connections) {
      expect(await bench.targets(connection)).toHaveLength(4);
      expect(await bench.eventTypes(connection)).toEqual(['BackfillStarted']);
    }
  });

  it('takes no more than it is told to', async () => {
    for (let count = 0; count < 3; count += 1) await connected('walks:read');
    expect([await enrol(all, 2), await enrol(all, 2), await enrol(all, 2)]).toEqual([2, 1, 0]);
  });

  it('needs no history where the tenant wants none', async () => {
    const connection = await connected('walks:read');
    await enrol(planOf([walks], { polling: { ...tenant.polling, backfillDays: 0 } }));
    expect(await bench.targets(connection)).toEqual(['live walks']);
    expect(await bench.eventTypes(connection)).toEqual([]);
  });

  it.each(['needs_reauth', 'revoked', 'paused', 'erased'] as const)(
    'leaves a connection alone that is %s',
    async (status) => {
      await bench.connection({ scopes: ['walks:read'], enrolledPlan: null, status });
      expect(await enrol()).toBe(0);
    },
  );

  it('leaves the connections of tenants alone that it does not know', async () => {
    await bench.connection({ scopes: ['walks:read'], enrolledPlan: null, tenant: 'beta' });
    expect(await enrol()).toBe(0);
  });
});

describe('a changed consent', () => {
  it('switches the new resource on, with a backfill of its own, and leaves the others as they are', async () => {
    const connection = await connected('walks:read');
    await enrol();
    const tick = await bench.tick(connection, walks);
    await record(bench.poller, tick, changesOf(tick));
    const before = await bench.targetRow(connection, walks);

    await consent(connection, ['walks:read', 'swims:read']);
    await enrol();
    expect(await bench.targets(connection)).toEqual(['live swims', 'live walks', 'backfill swims', 'backfill walks']);
    expect(await bench.targetRow(connection, walks)).toEqual(before);
    expect((await bench.events(connection)).map(({ data }) => data)).toMatchObject([
      { resources: ['walks'] },
      { resources: ['swims'] },
    ]);
  });

  it('switches the lost resource off, its poll under way included', async () => {
    const connection = await connected('walks:read', 'hikes:read');
    await enrol();
    const tick = await bench.tick(connection, hikes);
    await consent(connection, ['walks:read']);
    await enrol();
    expect(await bench.targets(connection)).toEqual(['live walks', 'backfill walks']);
    await expect(record(bench.poller, tick, changesOf(tick))).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  it('puts back into the plan what was suspended, due at once, where it had stopped', async () => {
    const connection = await connected('walks:read');
    await enrol();
    const tick = await bench.tick(connection, walks);
    await record(bench.poller, tick, changesOf(tick));
    await bench.db.updateTable('connections').set({ status: 'needs_reauth' }).where('id', '=', connection).execute();
    await suspendConnection(bench.poller, connection, 'token_rejected');
    await enrol();
    for (const due of [live, backfills]) expect(await leaseDue(bench.poller, [{ ...due, most: 10 }], 60)).toEqual([]);

    await consent(connection, ['walks:read']);
    await enrol();
    for (const due of [live, backfills])
      expect(await leaseDue(bench.poller, [{ ...due, most: 10 }], 60)).toMatchObject([{ connection, kind: due.kind }]);
    expect(await bench.targetRow(connection, walks)).toMatchObject({
      suspended: null,
      failures: 0,
      cursor: { listedAt: tick.at },
    });
  });

  // Every BackfillStarted has to have its end: a consumer waits for it.
  it('ends the backfill when it takes away the last resource that was still under way', async () => {
    const connection = await connected('walks:read', 'hikes:read');
    await enrol();
    const tick = await bench.tick(connection, walks, 'backfill');
    const { remaining: _remaining, ...over } = tick.cursor;
    await record(bench.poller, tick, changesOf(tick, { cursor: over }));
    await consent(connection, ['walks:read']);
    await enrol();
    expect(await bench.targets(connection)).toEqual(['live walks']);
    expect(await bench.eventTypes(connection)).toEqual(['BackfillStarted', 'BackfillProgressed', 'BackfillCompleted']);
  });
});

describe('a changed tenant', () => {
  it('has those connections enrolled anew whose targets came from another plan', async () => {
    const connection = await connected('walks:read', 'hikes:read');
    await enrol();
    await replanTenant(bench.poller, all);
    expect(await enrol()).toBe(0);

    const fewer = planOf([hikes, swims]);
    await replanTenant(bench.poller, fewer);
    expect(await enrol(fewer)).toBe(1);
    expect(await bench.targets(connection)).toEqual(['live hikes', 'backfill hikes']);
    await replanTenant(bench.poller, fewer);
    expect(await enrol(fewer)).toBe(0);
  });

  it('leaves the connections of other tenants alone', async () => {
    const connection = await bench.connection({ scopes: ['walks:read'], tenant: 'beta', enrolledPlan: 'swims' });
    await replanTenant(bench.poller, all);
    const row = await bench.db
      .selectFrom('connections')
      .select('enrolled_plan')
      .where('id', '=', connection)
      .executeTakeFirst();
    expect(row).toEqual({ enrolled_plan: 'swims' });
  });
});
