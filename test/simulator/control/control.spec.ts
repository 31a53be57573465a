import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type LedgerEntry, type Simulator } from '../index.ts';
import { visitor } from '../visitor.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await createSimulator({ athletes: 2 });
});
afterEach(() => simulator.close());

const control = (method: string, path: string, body?: unknown) => visitor(simulator).control(method, path, body);
const first = () => simulator.athletes()[0]?.name ?? '';

describe('the control API', () => {
  it('lets things happen and tells of them', async () => {
    const step = { athlete: first(), fact: 'session-new', count: 2 };
    const { entries } = (await control('POST', '/step', step)).json<{ entries: LedgerEntry[] }>();
    expect(entries.map(({ change, version }) => [change, version])).toEqual([
      ['created', 1],
      ['created', 1],
    ]);
    const ledger = async (query: string) =>
      (await control('GET', `/ledger?${query}`)).json<{ entries: LedgerEntry[]; last: number }>();
    const since = (entries[0]?.seq ?? 0) - 1;
    expect((await ledger(`since=${since}`)).entries).toEqual(entries);
    expect((await ledger('genesis=off')).entries).toEqual(entries);
    const { entries: all, last } = await ledger('since=0');
    expect([all.length, all.at(-1)?.seq, all[0]?.genesis]).toEqual([last, last, true]);
    expect((await ledger('since=2&limit=3')).entries.map(({ seq }) => seq)).toEqual([3, 4, 5]);
  });

  it('takes sightings in batches', async () => {
    const [entry] = simulator.world.step({ athlete: first(), fact: 'night' });
    const sighting = { client: 'demo', athlete: first(), resource: 'sleeps', identity: entry?.identity, version: 1 };
    const reply = await control('POST', '/observed', [sighting, { ...sighting, identity: ['1999-01-01'] }]);
    expect(reply.json()).toEqual({ accepted: 1, stale: 0, unknown: 1 });
    expect((await control('POST', '/observed', [{ athlete: 'x' }])).status).toBe(400);
  });

  it('changes switches, all of a patch or nothing', async () => {
    const bad = await control('PATCH', '/switches', { latency: [1, 2], envelope: 'other' });
    expect([bad.status, bad.json()['error']]).toEqual([400, 'envelope cannot be "other"']);
    expect((await control('PATCH', '/switches', { colour: 1 })).status).toBe(400);
    expect((await control('GET', '/switches')).json()).toMatchObject({ latency: 0, envelope: 'live' });
    expect((await control('PATCH', '/switches', { latency: [1, 2] })).json()).toMatchObject({ latency: [1, 2] });
  });

  it('adds athletes and lists them', async () => {
    const added = (await control('POST', '/athletes', { client: 'demo', count: 2 })).json<{ athletes: object[] }>();
    expect(added.athletes).toHaveLength(2);
    const { athletes } = (await control('GET', '/athletes')).json<{ athletes: object[] }>();
    expect(athletes).toHaveLength(4);
    expect(athletes[3]).toMatchObject({ client: 'demo', connected: false, revoked: false, written: false });
    expect((await control('POST', '/athletes', { client: 'nobody', count: 2 })).status).toBe(400);
  });

  it('paces the world of connected athletes', async () => {
    await control('POST', '/pace', { pace: 3_600 * 20 });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(simulator.ledger.live()).toEqual([]);
    await visitor(simulator).connect(first());
    await new Promise((resolve) => setTimeout(resolve, 450));
    await control('POST', '/pace', { pace: 0 });
    const count = simulator.ledger.live().length;
    expect(count).toBeGreaterThan(3);
    expect(new Set(simulator.ledger.live().map(({ athlete }) => athlete))).toEqual(new Set([first()]));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(simulator.ledger.live()).toHaveLength(count);
  });

  it('says what it has where it has not what was asked', async () => {
    const reply = await control('GET', '/nothing');
    expect([reply.status, reply.json()['routes']]).toEqual([404, expect.arrayContaining(['GET /control/ledger'])]);
    expect((await visitor(simulator).send(`${simulator.url}/control/step`, { method: 'POST', body: '{' })).status).toBe(
      400,
    );
    expect((await control('POST', '/step', { fact: 'flood' })).json()).toEqual({ error: 'no fact is called flood' });
    expect((await control('POST', '/consent', { athlete: 'nobody' })).status).toBe(400);
  });
});
