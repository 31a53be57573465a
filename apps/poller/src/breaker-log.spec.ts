import { expect, it } from '@jest/globals';
import type { AppLogger } from '#platform';
import type { BreakerState } from '#polar';
import { breakerLog } from './breaker-log.ts';

const state: BreakerState = {
  scope: 'tenant',
  tenant: 'acme',
  key: '',
  isOpen: true,
  failed: 10,
  since: Date.parse('2026-06-15T12:00:00Z'),
  until: Date.parse('2026-06-15T12:00:15Z'),
};

it.each<[Partial<BreakerState>, string, string, object]>([
  [{}, 'warn', 'breaker opened', { tenant: 'acme', scope: 'tenant', failed: 10, until: '2026-06-15T12:00:15.000Z' }],
  [{ scope: 'resource', key: 'sleeps' }, 'warn', 'breaker opened', { scope: 'resource', resource: 'sleeps' }],
  [{ scope: 'connection', key: 'c1' }, 'info', 'breaker opened', { scope: 'connection', connection: 'c1' }],
  [{ isOpen: false }, 'info', 'breaker closed', { tenant: 'acme', since: '2026-06-15T12:00:00.000Z' }],
])('%j is told as %s', (change, level, message, fields) => {
  const lines: unknown[] = [];
  const at = (name: string) => (text: string, about: object) => lines.push([name, text, about]);
  breakerLog({ info: at('info'), warn: at('warn') } as unknown as AppLogger)({ ...state, ...change });
  expect(lines).toEqual([[level, message, expect.objectContaining(fields)]]);
});
