import { expect, it } from '@jest/globals';
import type { BudgetLane } from '#core';
import { createHello, type HelloOptions } from './hello.ts';
import type { PolarRequest } from './request.ts';

function setup(status: number) {
  const sent: PolarRequest[] = [];
  const charged: [string, BudgetLane][] = [];
  const options = {
    dispatch: async (request: PolarRequest) => {
      sent.push(request);
      return { status, headers: {}, body: 'Hello' };
    },
    budget: {
      charge: async (tenant: string, lane: BudgetLane) => {
        charged.push([tenant, lane]);
        return { settle: async () => undefined };
      },
    },
    tenants: { get: () => ({ polar: { apiUrl: 'https://provider.example/v4/data/' } }) },
  } as unknown as HelloOptions;
  return { hello: createHello(options), sent, charged };
}

it('asks without a token, and pays for it', async () => {
  const { hello, sent, charged } = setup(200);
  await hello('acme');
  expect(sent.map(({ url, headers }) => [url.href, headers])).toEqual([
    ['https://provider.example/v4/data/hello', { accept: 'text/plain' }],
  ]);
  expect(charged).toEqual([['acme', 'cold']]);
});

it('takes a refusal for an answer, and an error of the server for none', async () => {
  await expect(setup(403).hello('acme')).resolves.toBeUndefined();
  await expect(setup(503).hello('acme')).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
});
