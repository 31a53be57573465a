import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { windowUse } from './enforcement.ts';
import { Instants, maxInAnyWindow } from './sliding-window.ts';

function instants(times: readonly number[]): Instants {
  const all = new Instants();
  for (const time of times) all.push(time);
  return all;
}

const sorted = fc
  .array(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 })
  .map((list) => list.sort((a, b) => a - b));

describe('the most requests in any window', () => {
  it('finds a burst that lies across two aligned windows', () => {
    expect(maxInAnyWindow(instants([0, 900, 950, 1000, 1050, 1900]), 1000)).toBe(4);
  });

  it('does not put two requests that are exactly one length apart into one window', () => {
    expect(maxInAnyWindow(instants([0, 1000]), 1000)).toBe(1);
    expect(maxInAnyWindow(instants([0, 999]), 1000)).toBe(2);
  });

  it('is nothing without requests', () => {
    expect(maxInAnyWindow(instants([]), 1000)).toBe(0);
  });

  it('agrees with looking at a window from every request', () => {
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 3000 }), (times, length) => {
        const brute = Math.max(
          0,
          ...times.map((from) => times.filter((at) => at >= from && at < from + length).length),
        );
        expect(maxInAnyWindow(instants(times), length)).toBe(brute);
      }),
    );
  });

  it('counts the end of a list by halving as by looking', () => {
    fc.assert(
      fc.property(sorted, fc.integer({ min: -1, max: 5001 }), (times, after) => {
        expect(instants(times).since(after)).toBe(times.filter((at) => at > after).length);
      }),
    );
  });

  it('keeps its order when the clock is set back, and grows', () => {
    const all = instants([5, 3]);
    for (let at = 0; at < 3000; at += 1) all.push(at);
    expect([all.at(0), all.at(1), all.length]).toEqual([5, 5, 3002]);
  });
});

describe('where a client stands', () => {
  const quota = [{ requests: 3, seconds: 1 }];
  const use = (times: readonly number[], now: number, mode: 'fixed' | 'sliding') =>
    windowUse(instants(times), quota, now, mode)[0];

  it('forgets at the end of a fixed window, and not before in a sliding one', () => {
    const times = [900, 910, 920, 1010];
    expect(use(times, 1010, 'fixed')).toMatchObject({ used: 1, isOver: false });
    expect(use(times, 1010, 'sliding')).toMatchObject({ used: 4, isOver: true, resetSeconds: 1 });
  });

  it('a fixed window holds its own first moment', () => {
    expect(use([999, 1000, 1001], 1001, 'fixed')).toMatchObject({ used: 2 });
  });

  it('enforcing sliding windows refuses exactly what makes the most in any window exceed the limit', () => {
    fc.assert(
      fc.property(sorted, (times) => {
        const seen = new Instants();
        const isOver = times.map((at) => {
          seen.push(at);
          return windowUse(seen, quota, at, 'sliding')[0]?.isOver ?? false;
        });
        expect(isOver.includes(true)).toBe(maxInAnyWindow(seen, 1000) > 3);
      }),
    );
  });
});
