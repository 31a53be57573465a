import { describe, expect, it } from '@jest/globals';
import { BridgeError } from '#core';
import { Breakers, type BreakerState } from './breakers.ts';
import type { Ending } from './breaker.ts';

const start = Date.parse('2026-06-15T12:00:00Z');

function setup() {
  let now = start;
  const changes: BreakerState[] = [];
  const breakers = new Breakers({ now: () => now, random: () => 0.5, onChange: (state) => changes.push(state) });
  const send = (ending: Ending, connection: string, resource = 'sleeps', tenant = 'acme'): void => {
    breakers.enter(request(connection, resource, tenant))(ending);
  };
  /** So many athletes get no answer. */
  const fail = (count: number, resource = 'sleeps', tenant = 'acme'): void => {
    for (let index = 1; index <= count; index += 1) send('failed', `c${index}`, resource, tenant);
  };
  return { breakers, changes, send, fail, pass: (ms: number) => (now += ms) };
}

const request = (connection: string, resource: string, tenant: string) => ({
  tenant,
  connection,
  resource,
  url: new URL('https://provider.example/'),
  lane: 'hot' as const,
  headers: {},
});

describe('breakers', () => {
  it('keep a resource of a tenant from being asked for when five athletes got no answer', () => {
    const { changes, send, fail } = setup();
    fail(5);
    expect(changes).toEqual([
      {
        scope: 'resource',
        tenant: 'acme',
        key: 'sleeps',
        isOpen: true,
        failed: 5,
        since: start,
        until: start + 15_000,
      },
    ]);
    expect(() => send('answered', 'c9')).toThrow(BridgeError);
    send('answered', 'c9', 'walks');
    send('answered', 'c9', 'sleeps', 'beta');
  });

  it('keep an athlete from being asked for when five of his operations got no answer, and nobody else', () => {
    const { changes, send } = setup();
    const operations = ['a', 'b', 'c', 'd', 'e'];
    for (const resource of operations) send('failed', 'c1', resource);
    expect(changes).toMatchObject([{ scope: 'connection', key: 'c1', isOpen: true }]);
    expect(() => send('answered', 'c1', 'f')).toThrow('5 operations in a row got no answer');
    for (const resource of operations) send('answered', 'c2', resource);
  });

  it('keep a whole tenant from being asked for when ten athletes got no answer to anything, and no other tenant', () => {
    const { changes, send } = setup();
    for (let index = 0; index < 10; index += 1) send('failed', `c${index}`, index % 2 === 0 ? `r${index}` : 'walks');
    expect(changes.map(({ scope, key }) => [scope, key])).toEqual([
      ['tenant', ''],
      ['resource', 'walks'],
    ]);
    expect(() => send('answered', 'c99', 'other')).toThrow('10 athletes in a row');
    send('answered', 'c99', 'other', 'beta');
  });

  it('say until when and since when, and have those that wait come back one after the other', () => {
    const { breakers, fail, pass } = setup();
    fail(5);
    pass(1000);
    let error: unknown;
    try {
      breakers.enter(request('c9', 'sleeps', 'acme'));
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'BREAKER_OPEN',
      disposition: 'wait',
      since: start,
      // The rest, and half of half a rest.
      waitUntil: start + 15_000 + 3750,
      fields: { tenant: 'acme', breaker: 'resource', until: new Date(start + 15_000).toISOString() },
    });
  });

  it('tell of the end, and of what is open', () => {
    const { breakers, changes, send, fail, pass } = setup();
    fail(5);
    const open = { scope: 'resource', tenant: 'acme', key: 'sleeps', isOpen: true };
    expect(breakers.open()).toMatchObject([open]);
    const asked = { tenant: 'acme', connection: 'c9' };
    expect(breakers.before({ ...asked, resource: 'sleeps' })).toMatchObject(open);
    expect(breakers.before({ ...asked, resource: 'walks' })).toBeUndefined();
    pass(15_000);
    send('answered', 'c2');
    expect(changes.at(-1)).toMatchObject({ scope: 'resource', key: 'sleeps', isOpen: false, since: start, until: 0 });
    expect(breakers.open()).toEqual([]);
  });

  it('let nobody try at one of them while another one stands before it', () => {
    const { breakers, send, fail, pass } = setup();
    fail(5);
    pass(10_000);
    for (const resource of ['a', 'b', 'c', 'd']) send('failed', 'c1', resource);
    pass(6000);
    // The resource may be tried by now, but not for this athlete.
    expect(() => breakers.enter(request('c1', 'sleeps', 'acme'))).toThrow('operations in a row');
    send('answered', 'c2');
    expect(breakers.open().map(({ scope }) => scope)).toEqual(['connection']);
  });

  it('forget those that failed longest ago', () => {
    const { breakers, send, fail } = setup();
    fail(4, 'walks');
    for (let index = 0; index < 10_000; index += 1) {
      send('failed', `x${index}`, `r${index}`);
      send('answered', 'c2', `r${index}`);
    }
    send('failed', 'c5', 'walks');
    expect(breakers.open()).toEqual([]);
  });
});
