import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resources } from '#resources';
import { addDays } from './calendar.ts';
import type { Resource } from './resource.ts';
import { hour, minute } from './tick.fixture.ts';
import { World, type Item, type View } from './world.fixture.ts';

const named = (name: string): Resource => {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
};
const moment = (version: number): string => new Date(Date.UTC(2026, 5, 15, 12, 0, version)).toISOString();

const recharge: View = {
  resource: named('nightly-recharge-results'),
  envelope: 'nightlyRechargeResults',
  identity: ({ date }) => date,
  body: ({ date, fields, version }) => ({
    sleepResultDate: date,
    created: moment(0),
    modified: moment(version),
    ...fields,
  }),
};
const sleeps: View = {
  resource: named('sleeps'),
  envelope: 'nightSleeps',
  identity: ({ date }) => date,
  body: ({ date, fields }, full) => ({ sleepDate: date, ...(full ? fields : {}) }),
};
const sessions: View = {
  resource: named('training-sessions'),
  envelope: 'trainingSessions',
  identity: ({ key }) => key,
  body: ({ key, date, fields, version }) => ({
    identifier: { id: key },
    startTime: `${date}T07:00:00`,
    timezoneOffsetMinutes: 0,
    modified: moment(version),
    exercises: [{ startTime: `${date}T07:00:00`, modified: moment(version) }],
    ...fields,
  }),
};

const names = ['ansStatus', 'ansRate', 'recoveryIndicator'];
const items = fc.nat(11);
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('change' as const), item: items, fields: fc.subarray(names, { minLength: 1 }) }),
    fc.record({ do: fc.constant('touch' as const), item: items }),
    fc.record({ do: fc.constant('remove' as const), item: items }),
    fc.record({ do: fc.constant('restore' as const), item: items }),
    fc.record({ do: fc.constantFrom('down' as const, 'up' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(minute, 20 * minute, hour, 5 * hour) }),
  ),
  { minLength: 3, maxLength: 25 },
);

/** The first two are history, the others from after the connection or just before it. */
function itemAt(index: number): Item {
  const ago = index < 2 ? 9 - index : Math.floor(index / 2) - 1;
  return {
    key: `item-${index}`,
    date: addDays('2026-06-15', -ago),
    fields: Object.fromEntries(names.map((name, at) => [name, at + 1])),
    version: 1,
  };
}

/** More of them by hand: every run is days of polling. */
const runs = 20;

describe('an athlete who is watched', () => {
  it.each([
    ['by ranges (Nightly Recharge)', [recharge], true],
    ['by a listing and details (sessions)', [sessions], false],
    ['by a listing without a marker and a trigger (sleep)', [recharge, sleeps], true],
    ['by all of them', [recharge, sleeps, sessions], true],
  ] as const)(
    '%s: every change is told once, and nothing else',
    async (_, views, onePerDay) => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(items), steps, async (initial, script) => {
          const make = (index: number): Item => {
            const item = itemAt(index);
            return onePerDay ? { ...item, date: addDays('2026-06-15', -index) } : item;
          };
          // One item that stays, so that no listing of the whole is ever empty.
          const anchor = make(12);
          const world = new World(views, [anchor, ...initial.map((index) => make(index))]);
          const removed = new Map<string, Item>();
          await world.pass(0);
          let value = 100;
          for (const step of script) {
            if (step.do === 'wait') await world.pass(step.ms);
            else if (!('item' in step)) world.outage = step.do === 'down';
            else {
              const key = `item-${step.item}`;
              const item = world.items.get(key);
              if (step.do === 'restore' && item === undefined) {
                world.items.set(key, removed.get(key) ?? make(step.item));
              } else if (item !== undefined) {
                item.version += 1;
                if (step.do === 'remove') {
                  world.items.delete(key);
                  removed.set(key, item);
                }
                if (step.do === 'change')
                  item.fields = {
                    ...item.fields,
                    ...Object.fromEntries(step.fields.map((name) => [name, (value += 1)])),
                  };
              }
              await world.observe();
            }
          }
          const { told, wanted } = await world.settle();
          expect(told).toEqual(wanted);
        }),
        { numRuns: runs },
      );
    },
    60_000,
  );
});
