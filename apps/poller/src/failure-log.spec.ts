import { describe, expect, it } from '@jest/globals';
import { BridgeError, type ErrorCode, type Window } from '#core';
import type { AppLogger } from '#platform';
import { resources } from '#resources';
import { failureLog } from './failure-log.ts';
import { tickOf } from './tick.fixture.ts';

const window: Window = { phase: 'list', from: '2026-06-14', to: '2026-06-15', features: [], reason: 'wanted' };

describe('a failed request', () => {
  it.each<[ErrorCode, 'error' | 'debug']>([
    ['PROVIDER_RATE_LIMITED', 'error'],
    ['PROVIDER_SCHEMA_UNKNOWN', 'error'],
    ['PROVIDER_UNAVAILABLE', 'debug'],
    ['BUDGET_EXHAUSTED', 'debug'],
  ])('that ends with %s is logged as %s, with what was asked', (code, level) => {
    const lines: unknown[] = [];
    const note = (at: string) => (message: string, fields: object) => lines.push({ at, message, ...fields });
    const log = { error: note('error'), debug: note('debug') } as unknown as AppLogger;
    failureLog(log)(tickOf(resources, 'sleeps'), window, new BridgeError(code, 'no', { fields: { status: 429 } }));
    expect(lines).toEqual([
      {
        at: level,
        message: 'request failed',
        tenant: 'acme',
        connection: 'c1',
        resource: 'sleeps',
        from: '2026-06-14',
        to: '2026-06-15',
        window: 'wanted',
        errorCode: code,
        why: 'no',
        status: 429,
      },
    ]);
  });
});
