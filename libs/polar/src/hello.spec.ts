import { expect, it } from '@jest/globals';
import type { BudgetLane } from '#core';
import { createHello, type HelloOptions } from './hello.ts';
import type { PolarRequest, PolarResponse } from './request.ts';

const now = Date.parse('2026-06-15T12:00:00Z');

function setup(status: number, headers: PolarResponse['headers'] = {}, isPaused = false) {
  const sent: PolarRequest[] = [];
  const charged: [string, BudgetLane][] = [];
  const paused: [string, number][] = [];
  const options = {
    dispatch: async (request: PolarRequest) => {
      sent.push(request);
      return { status, headers, body: 'Hello' };
    },
    budget: {
      charge: async (tenant: string, lane: BudgetLane) => {
        charged.push([tenant, lane]);
        return { settle: async () => undefined };
      },
      pause: async (tenant: string, until: number) => void paused.push([tenant, until]),
    },
    tenants: {
      all: () => [
        {
          id: 'acme',
          paused: isPaused,
          polar: { apiUrl: 'https://provider.example/v4/data/' },
          quota: [{ requests: 1, seconds: 900 }],
        },
      ],
    },
    now: () => now,
  } as unknown as HelloOptions;
  return { hello: createHello(options), sent, charged, paused };
}

it('asks without a token, and pays for it', async () => {
  const { hello, sent, charged } = setup(200);
  await hello('acme');
  expect(sent.map(({ url, headers, poll }) => [url.href, headers, poll])).toEqual([
    ['https://provider.example/v4/data/hello', { accept: 'text/plain' }, undefined],
  ]);
  expect(charged).toEqual([['acme', 'cold']]);
});

it('takes a refusal for an answer, and an error of the server for none', async () => {
  await expect(setup(403).hello('acme')).resolves.toEqual({ status: 403, at: undefined });
  await expect(setup(503).hello('acme')).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
});

it("tells the provider's time, where it says it", async () => {
  const { hello } = setup(200, { date: 'Fri, 27 Nov 2026 10:00:00 GMT' });
  expect(await hello('acme')).toEqual({ status: 200, at: Date.parse('2026-11-27T10:00:00Z') });
});

it('stops the whole tenant on a 429, as any other request does', async () => {
  const { hello, paused } = setup(429, { 'retry-after': '60' });
  await expect(hello('acme')).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED' });
  expect(paused).toEqual([['acme', now + 60_000]]);
});

it('asks nothing for a tenant that is paused or gone', async () => {
  const { hello, sent, charged } = setup(200, {}, true);
  for (const tenant of ['acme', 'beta'])
    await expect(hello(tenant)).rejects.toMatchObject({ code: 'TENANT_NOT_SERVED' });
  expect([sent, charged]).toEqual([[], []]);
});
