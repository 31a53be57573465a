import { expect, it } from '@jest/globals';
import type { DomainEvent } from '#core';
import fc from 'fast-check';
import { ChangeDelays } from './change-delays.ts';
import { at } from './status.fixture.ts';

const changed = (secondsAgo: number, more: Partial<DomainEvent> = {}) =>
  ({
    resource: 'sleeps',
    mode: 'live',
    observedAt: new Date(at).toISOString(),
    polarModifiedAt: new Date(at - secondsAgo * 1000).toISOString(),
    ...more,
  }) as DomainEvent;

it('knows the changes of the last hour, of live polls that tell when it changed', () => {
  const clock = { now: at };
  const delays = new ChangeDelays(() => clock.now);
  expect(delays.of('acme')).toBeUndefined();
  delays.note('acme', [changed(600), changed(600)]);
  delays.note('acme', [changed(9, { mode: 'backfill' }), changed(9, { polarModifiedAt: null }), changed(90_000)]);
  clock.now += 1_800_000;
  delays.note('acme', [changed(60)]);
  delays.note('beta', []);
  expect(delays.of('acme')).toMatchObject({ changes: 3 });
  expect(Math.round((delays.of('acme')?.medianSeconds ?? 0) / 100)).toBe(6);
  expect(delays.of('beta')).toBeUndefined();
  clock.now += 1_800_000;
  expect(delays.of('acme')).toMatchObject({ changes: 1 });
  expect(Math.round((delays.of('acme')?.medianSeconds ?? 0) / 10)).toBe(6);
  clock.now += 3_600_000;
  expect(delays.of('acme')).toBeUndefined();
});

it('tells the median to an eighth', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 86_400 }), { minLength: 1 }), (seconds) => {
      const delays = new ChangeDelays(() => at);
      for (const one of seconds) delays.note('acme', [changed(one)]);
      const median = seconds.toSorted((a, b) => a - b)[Math.ceil(seconds.length / 2) - 1] ?? 0;
      const told = delays.of('acme')?.medianSeconds ?? 0;
      expect(Math.max(told / median, median / told)).toBeLessThan(1.125);
    }),
  );
});
