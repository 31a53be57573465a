import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { JsonObject } from '#core';
import { resources } from '#resources';
import { ownEvents } from './own-events.ts';
import { messageOf, observed } from './observed.ts';
import { resourceEvents } from './resource-events.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

type Reassemble = (
  type: string,
  value: unknown,
) => readonly { readonly millis: number; readonly rate: number }[] | undefined;

it("the README's example puts a day together, and again when an hour of it has changed", () => {
  const resource = resources.find(({ name }) => name === 'continuous-samples');
  const code = /```js\n(const chunks = [\s\S]+?)```/.exec(readme)?.[1] ?? '';
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  // oxlint-disable-next-line no-new-func -- the example is code for people, and has to be run as it stands
  const heartRateOf = new Function(`${code}; return heartRateOf;`)() as Reassemble;

  const day = (count: number): JsonObject => ({
    date: '2026-06-14',
    deviceRef: { deviceId: 'AB12CD34' },
    state: count,
    samples: Array.from({ length: count }, (_, index) => ({
      offsetMillis: index * 600_000,
      heartRate: 50 + (index % 90),
    })),
  });
  const bodies = [80, 100].map((count) => ({ heartRateSamplesPerDay: [day(count)] }));
  if (resource === undefined) throw new Error('there is no resource continuous-samples');
  const days = observed(resource, bodies)
    .map((event) => messageOf(event, resource))
    .flatMap(({ headers, value }) => heartRateOf(headers['ce_type'] ?? '', value) ?? []);
  const expected = [80, 100].flatMap((count) =>
    Array.from({ length: count }, (_, index) => ({ millis: index * 600_000, rate: 50 + (index % 90) })),
  );
  expect(days).toEqual(expected);
});

it('the README names every event type', () => {
  const known = [...ownEvents(), ...resources.flatMap((resource) => resourceEvents(resource))].map(({ type }) => type);
  const table = readme.slice(readme.indexOf('## Events'), readme.indexOf('[`config/contracts/events.md`]'));
  const named = new Set(table.match(/\b[A-Z][A-Za-z0-9]+\b/g));
  expect(known.filter((type) => !named.has(type))).toEqual([]);
});
