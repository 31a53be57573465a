import { expect, it } from '@jest/globals';
import { type QuotaWindow, type Tenant, documentedQuota } from '#core';
import { lookAtQuotas } from './tenant-file.ts';

const tenant = (quota: readonly QuotaWindow[]): Tenant =>
  ({ id: 'acme', polar: { clientId: '4f1c' }, quota }) as unknown as Tenant;

it.each<[string, readonly QuotaWindow[], readonly string[]]>([
  ['what is documented', documentedQuota, []],
  ['less in other windows', [{ requests: 1000, seconds: 900 }], []],
  ['no limit of the day', [{ requests: 3000, seconds: 900 }], ['288\u{a0}000 requests through in 24 h']],
  [
    'more than is documented in both',
    [{ requests: 1000, seconds: 60 }],
    ['15\u{a0}000 requests through in 15 min', '1\u{a0}440\u{a0}000 requests through in 24 h'],
  ],
])('tells a quota that has %s', (_, quota, expected) => {
  const wrong = lookAtQuotas([tenant(quota)]).filter(({ state }) => state !== 'ok');
  expect(wrong.map(({ line }) => line)).toEqual(expected.map((part) => expect.stringContaining(part)));
});
