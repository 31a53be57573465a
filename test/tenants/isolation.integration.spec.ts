import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exact } from '../integration/ledger-comparison.ts';
import { until } from '../integration/until.ts';
import { commands, perform, type Side } from './commands.ts';
import { clientOf, TenantsScene } from './scene.ts';

const tenants = ['acme', 'beta', 'gamma'];
let scene: TenantsScene;
let sides: readonly Side[];

beforeAll(async () => {
  scene = await TenantsScene.open(tenants, tenants.length, 3);
  await scene.start('auth');
  await scene.start('poller');
  sides = tenants.map((tenant) => ({
    tenant,
    people: scene.athletesOf(tenant).map((athlete, index) => ({
      athlete,
      reference: index === 0 ? athlete : `user-${index}`,
      connection: undefined,
    })),
  }));
  for (const { tenant, people } of sides) {
    const [first] = people;
    if (first !== undefined) first.connection = await scene.connect(tenant, first.athlete);
  }
}, 120_000);
afterAll(() => scene.close());

it('mixes no two tenants, whatever happens to them at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(commands, commands, commands), async (sequences) => {
      await Promise.all(
        sides.map(async (side, index) => {
          const others = sides.filter((one) => one !== side);
          for (const command of sequences[index] ?? []) await perform(scene, side, others, command);
        }),
      );
      await standStill();
      expect(scene.gateway.mixups).toEqual([]);
      await theQuotaIsEachOnesOwn();
      await eventsStayHome();
      await eachSeesItsOwn();
      await redisTellsThemApart();
    }),
    // A scene that has been through something else would not show the same again.
    { numRuns: 25, endOnFailure: true },
  );
}, 600_000);

it('loses nothing by it: all is polled again, and is what happened', async () => {
  for (const tenant of tenants) scene.set(tenant, { paused: false });
  const kept = sides.map(({ people }) => people[0]?.athlete ?? '');
  for (const athlete of kept) scene.simulator.world.step({ athlete, fact: 'session-new', count: 2 });
  const comparison = await scene.inStep(kept, ['training-sessions']);
  expect(comparison).toMatchObject(exact);
  expect(comparison.matched).toBeGreaterThanOrEqual(6);
  expect(scene.gateway.mixups).toEqual([]);
  expect(scene.log.filter(({ level }) => level === 'error')).toEqual([]);
}, 120_000);

/** Nothing is under way any more: everybody is paused, those who were not there too. */
async function standStill(): Promise<void> {
  for (const tenant of tenants) scene.set(tenant, { paused: true });
  await until('the end of all polls', 60, async () => {
    const leased = await Promise.all(tenants.map((tenant) => scene.leased(tenant)));
    return leased.every((count) => count === 0);
  });
}

/** What the provider counted for a client is what was charged for its tenant. */
async function theQuotaIsEachOnesOwn(): Promise<void> {
  for (const tenant of tenants) {
    const counted = (): number => {
      const report = scene.simulator.requests().find(({ client }) => client === clientOf(tenant).clientId);
      // The provider does not count hello towards anybody's quota; we pay for it, since nobody says so.
      return (report?.total ?? 0) + (report?.tokenRequests ?? 0) + scene.gateway.counts(tenant).hello;
    };
    const { data, tokens, hello } = scene.gateway.counts(tenant);
    expect([tenant, data + tokens + hello]).toEqual([tenant, counted()]);
    const rows = await scene.database.db
      .selectFrom('quota_ledger')
      .select('requests')
      .where('tenant', '=', tenant)
      .execute();
    expect([tenant, rows.reduce((sum, { requests }) => sum + requests, 0)]).toEqual([tenant, counted()]);
  }
}

/** Each event is in a topic of its tenant, about a connection of its tenant, and tells of its athlete's watch only. */
async function eventsStayHome(): Promise<void> {
  const { db } = scene.database;
  const owners = new Map(
    (await db.selectFrom('connections').select(['id', 'tenant']).execute()).map(({ id, tenant }) => [id, tenant]),
  );
  const watches = scene.simulator
    .athletes()
    .map(({ name, deviceId, deviceUuid }) => ({ name, ids: [deviceId, deviceUuid] }));
  const athleteOf = new Map(
    sides.flatMap(({ tenant, people }) =>
      people.map(({ athlete, reference }) => [`${tenant} ${reference}`, athlete] as const),
    ),
  );
  for (const { tenant, topic, key, source, athlete, data } of await scene.received()) {
    expect([topic.startsWith(`t.${scene.deployment}.${tenant}.`), owners.get(key), source]).toEqual([
      true,
      tenant,
      `/tenants/${tenant}/connections/${key}`,
    ]);
    const text = JSON.stringify(data);
    const others = watches.filter(({ name }) => name !== athleteOf.get(`${tenant} ${athlete}`));
    expect(others.filter(({ ids }) => ids.some((id) => text.includes(id)))).toEqual([]);
  }
  const strangers = await db
    .selectFrom('poll_targets')
    .innerJoin('connections', 'connections.id', 'poll_targets.connection')
    .select('connection')
    .whereRef('poll_targets.tenant', '!=', 'connections.tenant')
    .execute();
  expect(strangers).toEqual([]);
}

/** The list of a tenant's connections has all of its own, and nobody else's. */
async function eachSeesItsOwn(): Promise<void> {
  for (const { tenant, people } of sides) {
    const { json } = await scene.admin('auth', 'GET', `${tenant}/connections?status=active`);
    const listed = (json.connections as { readonly id: string; readonly tenant: string }[]).map((one) => [
      one.id,
      one.tenant,
    ]);
    const ours = people.flatMap(({ connection }) => (connection === undefined ? [] : [[connection, tenant]]));
    expect(listed.toSorted()).toEqual(ours.toSorted());
  }
}

/** What is one tenant's own has its name in the key. For all are the queue, the planner's turn and the counts by address. */
async function redisTellsThemApart(): Promise<void> {
  const keys = await scene.redisKeys();
  const own = tenants.map((tenant) => `{${scene.deployment}:${tenant}}`);
  const shared = keys.filter((key) => !own.some((begin) => key.startsWith(begin)));
  const known = ['poll:', 'hits:', 'planning'].map((name) => `${scene.deployment}:${name}`);
  expect(shared.filter((key) => !known.some((begin) => key.startsWith(begin)))).toEqual([]);
  for (const begin of own) expect(keys.filter((key) => key.startsWith(begin)).length).toBeGreaterThan(0);
}
