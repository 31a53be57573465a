import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Drift } from '#core';
import { carrierOf, clientStream } from './client-stream.ts';
import { createConnectionStore } from './connections.ts';
import { enrolConnections, replanTenant } from './enrol.ts';
import { noteDrift } from './schema-drifts.ts';
import { hikes, StoreBench, tenant, walks } from './store.fixture.ts';

const catalogue = { ...walks, name: 'catalogue', perClient: true };
const drift: Drift = { path: 'sleepScore.mood', kind: 'unknown_field', found: 'string' };

let bench: StoreBench;
beforeEach(async () => {
  bench = await StoreBench.open();
});
afterEach(() => bench.close());

const streamOf = (): Promise<string> => bench.poller.transaction().execute((trx) => clientStream(trx, tenant.id));

describe('a client id', () => {
  it('has one stream, however many ask for it at once, and it is no athlete’s', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, streamOf));
    expect(new Set(asked).size).toBe(1);
    const store = createConnectionStore(bench.as('accesslink_bridge_auth'));
    expect(await store.list({ tenant: tenant.id, limit: 10 })).toEqual([]);
    expect(await store.find(asked[0] ?? '')).toBeUndefined();
  });

  it('polls what is the same for all athletes once, and the athletes do not', async () => {
    const athlete = await bench.connection({ scopes: [walks.scope] });
    const plan = { tenant, resources: [walks, hikes, catalogue] };
    await replanTenant(bench.poller, plan);
    await enrolConnections(bench.poller, new Map([[tenant.id, plan]]));
    expect(await bench.targets(await streamOf())).toEqual(['live catalogue', 'backfill catalogue']);
    expect(await bench.targets(athlete)).toEqual(['live walks', 'backfill walks']);
  });

  it('reads with the token of an athlete who is active and has the scope', async () => {
    await bench.connection({ scopes: ['other:read'] });
    await bench.connection({ scopes: [walks.scope], status: 'needs_reauth' });
    await streamOf();
    expect(await carrierOf(bench.poller, tenant.id, walks.scope)).toBeUndefined();
    const carrier = await bench.connection({ scopes: ['other:read', walks.scope] });
    expect(await carrierOf(bench.poller, tenant.id, walks.scope)).toBe(carrier);
    expect(await carrierOf(bench.poller, 'beta', walks.scope)).toBeUndefined();
  });
});

describe('a deviation of the provider', () => {
  it('is told once per tenant and shape, under the client and no athlete', async () => {
    const noted = [];
    for (const one of [drift, drift, { ...drift, found: 'number' }])
      noted.push(await noteDrift(bench.poller, tenant, 'sleeps', one));
    expect(noted).toEqual([true, false, true]);
    const rows = await bench.db.selectFrom('outbox').selectAll().orderBy('position').execute();
    expect(rows.map(({ type, aggregateid }) => [type, aggregateid])).toEqual([
      ['accesslink.SchemaDriftDetected.v1', 'schema'],
      ['accesslink.SchemaDriftDetected.v1', 'schema'],
    ]);
    expect(JSON.parse(rows[0]?.payload ?? '')).toMatchObject({
      connection: null,
      userReference: null,
      data: { resource: 'sleeps', ...drift },
    });
    expect(JSON.parse(rows[0]?.headers ?? '')).toMatchObject({ ce_source: `/tenants/${tenant.id}` });
  });
});
