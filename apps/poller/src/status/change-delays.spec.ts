import { expect, it } from '@jest/globals';
import type { DomainEvent } from '#core';
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

it('has the mean of the last hour, of live polls that know when it changed', () => {
  const clock = { now: at };
  const delays = new ChangeDelays(() => clock.now);
  expect(delays.of('acme')).toBeUndefined();
  delays.note('acme', [
    changed(600),
    changed(1200),
    changed(9, { mode: 'backfill' }),
    changed(9, { polarModifiedAt: null }),
  ]);
  clock.now += 1_800_000;
  delays.note('acme', [changed(300)]);
  delays.note('beta', []);
  expect(delays.of('acme')).toEqual({ changes: 3, meanSeconds: 700 });
  expect(delays.of('beta')).toBeUndefined();
  clock.now += 1_800_000;
  expect(delays.of('acme')).toEqual({ changes: 1, meanSeconds: 300 });
  clock.now += 3_600_000;
  expect(delays.of('acme')).toBeUndefined();
});
