import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { BridgeError } from '#core';
import { createAuditStore } from './audit.ts';
import { createConnectionStore } from './connections.ts';
import { record } from './record.ts';
import {
  backfills,
  changesOf,
  eventOf,
  hikes,
  live,
  resourceOf,
  snapshotOf,
  StoreBench,
  swims,
  walks,
} from './store.fixture.ts';
import { pollNow, syncOf } from './sync.ts';
import {
  beginPoll,
  dueTargets,
  waitingTargets,
  failPoll,
  giveBack,
  holdLease,
  leaseDue,
  suspendConnection,
  suspendTarget,
} from './targets.ts';

let bench: StoreBench;
beforeEach(async () => {
  bench = await StoreBench.open();
});
afterEach(() => bench.close());

const keyOf = ({ connection, resource, kind }: { connection: string; resource: string; kind: string }) =>
  `${connection} ${resource} ${kind}`;

/** Seconds from the database's now to the moment at which the target is due. */
async function dueIn(connection: string, resource = 'walks'): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from next_due - now())::double precision as seconds from poll_targets
    where connection = ${connection} and resource = ${resource} and kind = 'live'`.execute(bench.db);
  return rows[0]?.seconds ?? Number.NaN;
}

describe('giving back', () => {
  it('ends the lease, counts nothing, and lets nobody take the target again at once', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks, { overdue: 60 });
    const [leased] = await leaseDue(bench.poller, [{ ...live, most: 1 }], 60);
    if (leased === undefined) throw new Error('nothing was leased');
    const before = await syncOf(bench.poller, 'acme', connection);
    await giveBack(bench.poller, leased);
    expect((await syncOf(bench.poller, 'acme', connection))?.targets).toEqual([
      { ...before?.targets[0], polling: false, nextDueAt: expect.any(String) },
    ]);
    expect(await dueIn(connection)).toBeGreaterThan(0);
    expect(await dueIn(connection)).toBeLessThanOrEqual(10);
    expect(await beginPoll(bench.poller, leased, 60)).toBeUndefined();
    // A lease that is another's by now is left alone.
    await bench.db
      .updateTable('poll_targets')
      .set({ next_due: new Date(0) })
      .execute();
    await leaseDue(bench.poller, [{ ...live, most: 1 }], 600);
    await giveBack(bench.poller, leased);
    expect(await dueIn(connection)).toBeGreaterThan(500);
  });

  it('may be until later', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks, { overdue: 60 });
    const [leased] = await leaseDue(bench.poller, [{ ...live, most: 1 }], 60);
    if (leased === undefined) throw new Error('nothing was leased');
    await giveBack(bench.poller, leased, Date.now() + 100_000);
    expect(await dueIn(leased.connection)).toBeGreaterThan(60);
    expect(await beginPoll(bench.poller, leased, 60)).toBeUndefined();
  });
});

describe('counting what is due', () => {
  it('goes by tenant and kind, only so far, and leaves out who has nothing due', async () => {
    const none = await dueTargets(bench.poller, ['acme', 'beta'], 5);
    expect(none).toEqual([]);
    for (let athlete = 0; athlete < 3; athlete += 1) {
      const connection = await bench.connection();
      await bench.target(connection, walks, { overdue: 60 });
      await bench.target(connection, hikes, { overdue: -60 });
      if (athlete === 0) await bench.target(connection, swims, { overdue: 60 });
    }
    expect(await dueTargets(bench.poller, ['acme', 'beta'], 5)).toEqual([{ tenant: 'acme', live: 4, backfill: 0 }]);
    expect(await dueTargets(bench.poller, ['acme'], 2)).toEqual([{ tenant: 'acme', live: 2, backfill: 0 }]);
    expect(await dueTargets(bench.poller, ['beta'], 2)).toEqual([]);
    const [leased] = await leaseDue(bench.poller, [{ ...live, most: 1 }], 60);
    expect(leased).toBeDefined();
    expect(await dueTargets(bench.poller, ['acme'], 5)).toEqual([{ tenant: 'acme', live: 3, backfill: 0 }]);
    const waiting = await waitingTargets(bench.poller, ['acme', 'beta']);
    expect(waiting.map(({ tenant, kind, due }) => `${tenant} ${kind} ${due}`).sort()).toEqual([
      'acme backfill 0',
      'acme live 3',
      'beta backfill 0',
      'beta live 0',
    ]);
    for (const { due, oldestSeconds } of waiting) expect(Math.round(oldestSeconds / 60)).toBe(due > 0 ? 1 : 0);
  });
});

describe('leasing', () => {
  it('gives each target to one of many planners', async () => {
    const connections = await Promise.all(Array.from({ length: 40 }, () => bench.connection()));
    for (const connection of connections) {
      for (const resource of [walks, hikes, swims]) await bench.target(connection, resource);
    }
    const planners = Array.from({ length: 8 }, async () => {
      const mine: string[] = [];
      for (;;) {
        const leased = await leaseDue(bench.poller, [{ ...live, most: 3 }], 60);
        if (leased.length === 0) return mine;
        mine.push(...leased.map(keyOf));
      }
    });
    const leased = (await Promise.all(planners)).flat();
    // A planner ends when others hold all that is due, so nothing is left over only after the last one.
    leased.push(...(await leaseDue(bench.poller, [{ ...live, most: 1000 }], 60)).map(keyOf));
    expect(leased).toHaveLength(120);
    expect(new Set(leased).size).toBe(120);
  });

  it('does not wait for a planner that is slow to commit', async () => {
    const [first, second] = [await bench.connection(), await bench.connection()];
    await bench.target(first, walks, { overdue: 20 });
    await bench.target(second, walks, { overdue: 10 });
    const leased = await bench.db.transaction().execute(async (trx) => {
      await leaseDue(trx, [{ ...live, most: 1 }], 60);
      return leaseDue(bench.poller, [{ ...live, most: 10 }], 60);
    });
    expect(leased).toMatchObject([{ connection: second }]);
  });

  it('takes the longest overdue first, and nothing that is not due', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks, { overdue: 10 });
    await bench.target(connection, hikes, { overdue: 30 });
    await bench.target(connection, swims, { overdue: 20 });
    await bench.target(connection, resourceOf('runs'), { overdue: -60 });
    expect(await leaseDue(bench.poller, [{ ...live, most: 0 }], 60)).toEqual([]);
    const taken: string[] = [];
    for (let turn = 0; turn < 4; turn += 1)
      taken.push(
        ...(await leaseDue(bench.poller, [{ ...live, most: 1 }], 60)).map(
          ({ kind, resource }) => `${kind} ${resource}`,
        ),
      );
    expect(taken).toEqual(['live hikes', 'live swims', 'live walks']);
  });

  it('keeps to the tenant', async () => {
    const [ours, theirs] = [await bench.connection(), await bench.connection({ tenant: 'beta' })];
    await bench.target(ours, walks);
    await bench.target(theirs, walks, { tenant: 'beta', overdue: 60 });
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([
      { connection: ours, tenant: 'acme' },
    ]);
    expect(await leaseDue(bench.poller, [{ ...live, tenant: 'beta', most: 10 }], 60)).toMatchObject([
      { connection: theirs, tenant: 'beta' },
    ]);
  });

  it('keeps to the kind', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    await bench.target(connection, walks, { kind: 'backfill', overdue: 60 });
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([{ kind: 'live' }]);
    expect(await leaseDue(bench.poller, [{ ...backfills, most: 10 }], 60)).toMatchObject([{ kind: 'backfill' }]);
  });

  it('gives a target out again, under another token, when its lease has run out, and not before', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const [lost] = await leaseDue(bench.poller, [{ ...live, most: 10 }], 60);
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toEqual([]);
    await bench.expire(connection, walks);
    const [heir] = await leaseDue(bench.poller, [{ ...live, most: 10 }], 60);
    if (lost === undefined || heir === undefined) throw new Error('the target was not leased twice');
    expect(heir.leaseToken).not.toBe(lost.leaseToken);
    expect(await beginPoll(bench.poller, lost, 60)).toBeUndefined();
    expect(await beginPoll(bench.poller, heir, 60)).toMatchObject({ tenant: 'acme' });
  });
});

describe('a lease', () => {
  it('is renewed when the poll begins, by whoever holds it and nobody else', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const lost = await bench.lease(connection, walks);
    const leased = await bench.lease(connection, walks);
    expect(await beginPoll(bench.poller, lost, 86_400)).toBeUndefined();
    expect(await dueIn(connection)).toBeLessThan(61);
    await beginPoll(bench.poller, leased, 7200);
    expect(await dueIn(connection)).toBeGreaterThan(3600);
  });

  it('is held while its poll waits, never shortened, and never for another one', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const lost = await bench.lease(connection, walks);
    const leased = await bench.lease(connection, walks);
    const until = Date.now() + 3_600_000;
    await holdLease(bench.poller, lost, { until, seconds: 60 });
    expect(await dueIn(connection)).toBeLessThan(61);
    await holdLease(bench.poller, leased, { until, seconds: 60 });
    const held = { next_due: new Date(until + 60_000) };
    expect(await bench.targetRow(connection, walks)).toMatchObject(held);
    await holdLease(bench.poller, leased, { seconds: 60 });
    expect(await bench.targetRow(connection, walks)).toMatchObject(held);
    await holdLease(bench.poller, leased, { seconds: 86_400 });
    expect(await dueIn(connection)).toBeGreaterThan(80_000);
  });

  it('ends for the named resources only', async () => {
    const connection = await bench.connection();
    for (const target of [walks, hikes]) await bench.target(connection, target, { overdue: -3600 });
    expect(await pollNow(bench.poller, 'acme', connection, 'test', ['hikes'])).toBe(1);
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([{ resource: 'hikes' }]);
    expect(await pollNow(bench.poller, 'acme', connection, 'test', ['sleeps'])).toBe(0);
  });

  it('is no obstacle to "now", which comes after it', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    await bench.target(connection, hikes, { overdue: -3600 });
    const leased = await bench.lease(connection, walks);
    expect(await pollNow(bench.poller, 'beta', connection, 'test')).toBe(0);
    expect(await pollNow(bench.poller, 'acme', connection, 'test')).toBe(2);
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([{ resource: 'hikes' }]);
    expect(await bench.targetRow(connection, walks)).toMatchObject({ lease_token: leased.leaseToken });
    await bench.db.updateTable('poll_targets').set({ suspended: 'test' }).execute();
    expect(await pollNow(bench.poller, 'acme', connection, 'test')).toBe(0);
    expect(await createAuditStore(bench.db).list({ limit: 9, subject: connection })).toMatchObject([
      { action: 'connection.polled', outcome: 'refused' },
      { action: 'connection.polled', outcome: 'done' },
    ]);
  });
});

describe('the beginning of a poll', () => {
  it('knows of the backfill beside it and of the health of the siblings', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    await bench.target(connection, hikes);
    expect(await bench.tick(connection, walks)).toMatchObject({ backfilling: false, siblingsHealthy: false });
    await bench.target(connection, walks, { kind: 'backfill', overdue: -60 });
    const sibling = await bench.tick(connection, hikes);
    await record(bench.poller, sibling, changesOf(sibling));
    expect(await bench.tick(connection, walks)).toMatchObject({ siblingsHealthy: false });
    const full = await bench.tick(connection, hikes);
    await record(bench.poller, full, changesOf(full, { heldData: true }));
    expect(await bench.tick(connection, walks)).toMatchObject({
      backfilling: true,
      siblingsHealthy: true,
      intervalSeconds: 300,
      connection: { establishedOn: '2026-06-01', utcOffsetMinutes: null },
    });
    await failPoll(bench.poller, await bench.tick(connection, hikes), new BridgeError('PROVIDER_TIMEOUT', 'too slow'));
    expect(await bench.tick(connection, walks)).toMatchObject({ siblingsHealthy: false });
  });
});

describe('a failed poll', () => {
  const failure = new BridgeError('PROVIDER_UNAVAILABLE', 'answered 503');

  it('backs off, longer each time, and tells of the stall once, at the third', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const pauses: number[] = [];
    const told: number[] = [];
    for (let count = 1; count <= 4; count += 1) {
      const tick = await bench.tick(connection, walks);
      await failPoll(bench.poller, tick, failure);
      const { next_due, lease_token, failures } = await bench.targetRow(connection, walks);
      expect([lease_token, failures]).toEqual([null, count]);
      pauses.push((next_due.getTime() - tick.at) / 1000);
      told.push((await bench.events(connection)).length);
    }
    expect(pauses).toEqual([600, 1200, 2400, 4800]);
    expect(told).toEqual([0, 0, 1, 1]);
    expect(await bench.events(connection)).toMatchObject([
      { type: 'SyncStalled', data: { resource: 'walks', failures: 3, reason: 'PROVIDER_UNAVAILABLE' } },
    ]);
  });

  it('is not tried before the moment that the error names', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const tick = await bench.tick(connection, walks);
    const waitUntil = tick.at + 86_400_000;
    await failPoll(bench.poller, tick, new BridgeError('PROVIDER_RATE_LIMITED', '429', { waitUntil }));
    expect((await bench.targetRow(connection, walks)).next_due).toEqual(new Date(waitUntil));
  });
});

describe('a suspended target', () => {
  it('is out of the plan, alone, and its poll under way records nothing', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    await bench.target(connection, hikes);
    const tick = await bench.tick(connection, walks);
    await suspendTarget(bench.poller, tick, 'scope_missing');
    await expect(record(bench.poller, tick, changesOf(tick))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await bench.expire(connection, walks);
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([{ resource: 'hikes' }]);
    expect((await syncOf(bench.poller, 'acme', connection))?.targets).toMatchObject([
      { resource: 'hikes', suspended: null, polling: true },
      { resource: 'walks', suspended: 'scope_missing', nextDueAt: null, polling: false },
    ]);
    expect(await pollNow(bench.poller, 'acme', connection, 'test')).toBe(1);
  });

  it('stays in the plan when the poll that found out has lost its lease', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const late = await bench.tick(connection, walks);
    await bench.tick(connection, walks);
    await suspendTarget(bench.poller, late, 'scope_missing');
    expect(await bench.targetRow(connection, walks)).toMatchObject({ suspended: null });
  });
});

describe('a connection', () => {
  it('that is suspended is out of the plan with all its targets, and alone', async () => {
    const [connection, other] = [await bench.connection(), await bench.connection()];
    for (const resource of [walks, hikes]) await bench.target(connection, resource);
    await bench.target(other, walks);
    const tick = await bench.tick(connection, walks);
    await bench.db.updateTable('connections').set({ status: 'needs_reauth' }).where('id', '=', connection).execute();
    await suspendConnection(bench.poller, connection, 'token_rejected');
    await expect(record(bench.poller, tick, changesOf(tick))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([{ connection: other }]);
  });

  it.each(['needs_reauth', 'revoked', 'paused', 'erased'] as const)('that is %s is not polled', async (status) => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const leased = await bench.lease(connection, walks);
    await bench.db.updateTable('connections').set({ status }).where('id', '=', connection).execute();
    expect(await beginPoll(bench.poller, leased, 60)).toBeUndefined();
  });

  it('that is degraded is polled on', async () => {
    const connection = await bench.connection({ status: 'degraded' });
    await bench.target(connection, walks);
    await expect(bench.tick(connection, walks)).resolves.toMatchObject({ resource: walks });
  });

  // Leased, found not to be active, left until the lease runs out, and leased again: for ever, and first in the queue.
  it('that nobody may poll takes no place in the plan for long', async () => {
    const connection = await bench.connection({ status: 'needs_reauth' });
    for (const resource of [walks, hikes]) await bench.target(connection, resource);
    const leased = await bench.lease(connection, walks);
    expect(await beginPoll(bench.poller, leased, 60)).toBeUndefined();
    for (const resource of [walks, hikes])
      expect(await bench.targetRow(connection, resource)).toMatchObject({
        suspended: 'needs_reauth',
        lease_token: null,
      });
  });

  it('that is suspended keeps what its targets waited for before', async () => {
    const connection = await bench.connection({ status: 'needs_reauth' });
    for (const resource of [walks, hikes]) await bench.target(connection, resource);
    await bench.db
      .updateTable('poll_targets')
      .set({ suspended: 'scope_missing' })
      .where('resource', '=', hikes.name)
      .execute();
    await suspendConnection(bench.poller, connection, 'token_rejected');
    expect(await bench.targetRow(connection, walks)).toMatchObject({ suspended: 'token_rejected' });
    expect(await bench.targetRow(connection, hikes)).toMatchObject({ suspended: 'scope_missing' });
  });

  // Auth is told first, and has not believed it or has a new consent by now; nobody would ever resume these targets.
  it('that has a new consent by now stays in the plan when an old poll was refused', async () => {
    const connection = await bench.connection({ status: 'active' });
    await bench.target(connection, walks);
    await suspendConnection(bench.poller, connection, 'token_rejected');
    expect(await leaseDue(bench.poller, [{ ...live, most: 10 }], 60)).toMatchObject([{ connection }]);
  });

  it('that is forgotten during a poll stays forgotten', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const tick = await bench.tick(connection, walks);
    await forget(connection);
    const found = { snapshots: [snapshotOf(walks, ['one'])], events: [eventOf(walks, 'one')] };
    for (const changes of [changesOf(tick), changesOf(tick, found)])
      await expect(record(bench.poller, tick, changes)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await bench.contents()).toMatchObject({ targets: [], snapshots: [], outbox: [] });
    expect(
      await beginPoll(bench.poller, { ...tick, connection, resource: 'walks', tenant: 'acme' }, 60),
    ).toBeUndefined();
    await failPoll(bench.poller, tick, new BridgeError('PROVIDER_TIMEOUT', 'too slow'));
    expect(await bench.contents()).toMatchObject({ targets: [] });
  });

  // record locks target, then connection; forgetting locks connection, then target: a deadlock, and its victim is whoever
  // waited first. A poll would try again by itself, a disconnect answers 500.
  it('is forgotten in the middle of a record, which gives way', async () => {
    const connection = await bench.connection();
    await bench.target(connection, walks);
    const first = await bench.tick(connection, walks);
    const found = { snapshots: [snapshotOf(walks, ['one'])], events: [eventOf(walks, 'one')] };
    await record(bench.poller, first, changesOf(first, found));
    const tick = await bench.tick(connection, walks);
    const { recording, forgetting } = await bench.db.transaction().execute(async (trx) => {
      // Stops the record between its first and its last lock.
      await trx.selectFrom('snapshots').selectAll().forUpdate().execute();
      const started = record(bench.poller, tick, changesOf(tick, { ...found, events: [eventOf(walks, 'one', 2)] }));
      await bench.blocked(1);
      const last = forget(connection);
      await bench.blocked(2);
      return { recording: started, forgetting: last };
    });
    await Promise.allSettled([recording, forgetting]);
    await expect(forgetting).resolves.toMatchObject({ status: 'revoked' });
  });
});

async function forget(id: string) {
  return createConnectionStore(bench.as('accesslink_bridge_auth')).change(id, 'polar.acme', (connection) => ({
    connection: { ...connection, status: 'revoked' },
    events: [],
    tokens: 'destroy',
    enrol: false,
    forgetData: true,
    forgetAthlete: false,
    tellAnew: false,
  }));
}
