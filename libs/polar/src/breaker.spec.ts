import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Breaker, type Ending } from './breaker.ts';

/** Sends a request that ends at once. @returns whether it was let through */
function send(breaker: Breaker, now: number, ending: Ending, witness = 'a'): boolean {
  if (breaker.waitsUntil(now) !== undefined) return false;
  breaker.enter(now);
  breaker.leave(ending, witness, now);
  return true;
}

function opened(most = 3, now = 0): Breaker {
  const breaker = new Breaker(most);
  for (let index = 0; index < most; index += 1) send(breaker, now, 'failed', `w${index}`);
  return breaker;
}

describe('a breaker', () => {
  it('opens when enough witnesses have failed in a row, and rests', () => {
    const breaker = opened(3, 1000);
    expect([breaker.isOpen, breaker.witnesses, breaker.since]).toEqual([true, 3, 1000]);
    expect(breaker.waitsUntil(1000)).toBe(16_000);
    expect(breaker.waitsUntil(15_999)).toBe(16_000);
    expect(breaker.waitsUntil(16_000)).toBeUndefined();
  });

  it('begins to count anew with every answer', () => {
    const breaker = new Breaker(3);
    for (const witness of ['a', 'b']) send(breaker, 0, 'failed', witness);
    send(breaker, 0, 'answered', 'c');
    for (const witness of ['a', 'b']) send(breaker, 0, 'failed', witness);
    expect(breaker.isOpen).toBe(false);
  });

  it('lets one request try at the end of each rest, and rests twice as long after each that fails, up to two minutes', () => {
    const breaker = opened();
    const rests: number[] = [];
    let now = 0;
    for (let round = 0; round < 5; round += 1) {
      const until = breaker.waitsUntil(now) ?? now;
      rests.push(until - now);
      now = until;
      breaker.enter(now);
      // Nobody else may go meanwhile.
      expect(breaker.waitsUntil(now)).toBe(now + breaker.restMs);
      breaker.leave('failed', 'w0', now);
    }
    expect(rests).toEqual([15_000, 30_000, 60_000, 120_000, 120_000]);
    expect(breaker.since).toBe(0);
  });

  it('closes with the first answer, whoever it is for', () => {
    const breaker = opened();
    send(breaker, 15_000, 'answered', 'x');
    expect([breaker.isOpen, breaker.waitsUntil(15_000), breaker.restMs, breaker.witnesses]).toEqual([
      false,
      undefined,
      0,
      0,
    ]);
  });

  it('lets another one try when the one that was to try was never sent', () => {
    const breaker = opened();
    send(breaker, 15_000, 'unsent');
    expect(breaker.waitsUntil(15_000)).toBeUndefined();
    expect(breaker.isOpen).toBe(true);
  });

  it('learns nothing from failures of requests that were sent before it opened', () => {
    const breaker = new Breaker(2);
    for (let index = 0; index < 4; index += 1) breaker.enter(0);
    for (const [index, witness] of ['a', 'b', 'c', 'd'].entries()) breaker.leave('failed', witness, index);
    expect(breaker.waitsUntil(4)).toBe(15_001);
  });

  it('never opens for one witness alone, however often it fails', () => {
    const endings = fc.array(fc.constantFrom<Ending>('failed', 'unsent', 'answered'));
    fc.assert(
      fc.property(endings, fc.integer({ min: 2, max: 8 }), (list, most) => {
        const breaker = new Breaker(most);
        for (const [at, ending] of list.entries()) expect(send(breaker, at, ending)).toBe(true);
        expect(breaker.isOpen).toBe(false);
      }),
    );
  });

  it('lets few through while nothing answers, and everything soon after the provider is back', () => {
    const requests = fc.array(
      fc.record({ pause: fc.integer({ min: 0, max: 5000 }), witness: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
      { minLength: 50, maxLength: 300 },
    );
    fc.assert(
      fc.property(requests, (list) => {
        const breaker = new Breaker(3);
        let now = 0;
        let sent = 0;
        for (const { pause, witness } of list) {
          now += pause;
          const wasOpen = breaker.isOpen;
          if (send(breaker, now, 'failed', witness) && wasOpen) sent += 1;
        }
        // Tries at 15 s, 45 s, 105 s, and every two minutes from then on.
        expect(sent).toBeLessThanOrEqual(3 + Math.max(0, now - 105_000) / 120_000);
        const back = (breaker.waitsUntil(now) ?? now) - now;
        expect(back).toBeLessThanOrEqual(120_000);
        send(breaker, now + back, 'answered');
        expect(breaker.isOpen).toBe(false);
      }),
    );
  });
});
