import { afterEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator, type Switches } from '../index.ts';
import { visitor, type Tokens } from '../visitor.ts';

let now = Date.parse('2026-11-23T12:00:00Z');
let simulator: Simulator;
afterEach(() => simulator.close());

async function begin(switches: Partial<Switches> = {}) {
  simulator = await createSimulator({
    now: () => now,
    athletes: 1,
    quota: [
      { requests: 3, seconds: 10 },
      { requests: 6, seconds: 60 },
    ],
    clients: [
      { id: 'acme', secret: 'a', redirectUris: ['http://127.0.0.1:1/'] },
      { id: 'rival', secret: 'r', redirectUris: ['http://127.0.0.1:1/'] },
    ],
    switches,
  });
  const [mine, other] = simulator.athletes();
  return [
    await visitor(simulator).connect(mine?.name ?? ''),
    await visitor(simulator, simulator.clients[1]).connect(other?.name ?? ''),
  ] as const;
}

async function statuses(tokens: Tokens, count: number) {
  const all: number[] = [];
  for (let nr = 0; nr < count; nr += 1) all.push((await visitor(simulator).get(tokens, '/user/account-data')).status);
  return all;
}

describe('the quota', () => {
  it('is per client, and calls that were refused count too', async () => {
    const [mine, others] = await begin();
    expect(await statuses(mine, 5)).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses(others, 1)).toEqual([200]);
    now += 10_000;
    // One more fills the minute: five and one.
    expect(await statuses(mine, 2)).toEqual([200, 429]);
    expect(simulator.requests()[0]).toMatchObject({
      client: 'acme',
      total: 7,
      refused: 3,
      windows: [
        { seconds: 10, limit: 3, maxInAnyWindow: 5, withTokenRequests: 6, refused: 2 },
        { seconds: 60, limit: 6, maxInAnyWindow: 7, withTokenRequests: 8, refused: 1 },
      ],
      byPath: { '/user/account-data': 7 },
      byStatus: { 200: 4, 429: 3 },
    });
  });

  it('counts what lies in any window, though fixed ones let it through', async () => {
    const [mine] = await begin({ rate_window: 'fixed' });
    now = Math.ceil(now / 60_000) * 60_000 + 9_999;
    expect(await statuses(mine, 3)).toEqual([200, 200, 200]);
    now += 1;
    expect(await statuses(mine, 3)).toEqual([200, 200, 200]);
    expect(simulator.requests()[0]?.windows[0]).toMatchObject({ maxInAnyWindow: 6, refused: 0 });
  });

  it('refuses the same where windows slide', async () => {
    const [mine] = await begin({ rate_window: 'sliding' });
    now = Math.ceil(now / 60_000) * 60_000 + 9_999;
    expect(await statuses(mine, 3)).toEqual([200, 200, 200]);
    now += 1;
    expect(await statuses(mine, 1)).toEqual([429]);
  });

  it('charges a token that has expired, and nobody for one that never was', async () => {
    const [mine] = await begin();
    now += 3_599_000;
    expect(await statuses(mine, 1)).toEqual([401]);
    expect(await statuses({ ...mine, access_token: 'x' }, 1)).toEqual([401]);
    expect(simulator.requests()[0]?.total).toBe(1);
  });

  it('tells of itself in the style that was asked for', async () => {
    const [mine] = await begin({ ratelimit_headers: 'v3-style' });
    now = Math.ceil(now / 60_000) * 60_000 + 4000;
    const ask = async () => (await visitor(simulator).get(mine, '/user/account-data')).headers;
    const headers = await ask();
    expect(headers.get('ratelimit-usage')).toBe('1, 1');
    expect(headers.get('ratelimit-limit')).toBe('3, 6');
    Object.assign(simulator.switches, { ratelimit_headers: 'retry-after' });
    expect((await ask()).get('retry-after')).toBeNull();
    await ask();
    expect((await ask()).get('retry-after')).toBe('6');
  });

  it('begins its report anew without giving anything back', async () => {
    const [mine] = await begin();
    await statuses(mine, 3);
    await visitor(simulator).control('POST', '/reset-requests');
    expect(simulator.requests()[0]).toMatchObject({ total: 0, tokenRequests: 0, byPath: {} });
    expect(await statuses(mine, 1)).toEqual([429]);
    expect(simulator.requests()[0]?.windows[0]).toMatchObject({ maxInAnyWindow: 1, refused: 1 });
  });
});
