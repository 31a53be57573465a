import { expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownEventTypes } from '#resources';
import { ownEvents } from './own-events.ts';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{apps,libs}/**/*.ts', { cwd: root }).filter(
  (name) => !/\.(spec|fixture)\.ts$/.test(name) && !name.startsWith('libs/resources/'),
);

/** Event types in code: text of this shape in a file that makes events. */
function typesIn(code: string): readonly string[] {
  const makesEvents = /pollingEvent\(|clientEvent\(|DomainEvent/.test(code);
  return makesEvents ? [...code.matchAll(/'([A-Z][a-z]+(?:[A-Z][a-z]+)+)'/g)].map(([, type = '']) => type) : [];
}

it('every event type that no resource makes has a contract, and none is left of what is gone', () => {
  const made = new Set(sources.flatMap((name) => typesIn(readFileSync(join(root, name), 'utf8'))));
  expect([...made].toSorted()).toEqual(
    ownEvents()
      .map(({ type }) => type)
      .toSorted(),
  );
});

it('the list of their types has those with a contract', () => {
  expect(ownEventTypes.toSorted()).toEqual(
    ownEvents()
      .map(({ type }) => type)
      .toSorted(),
  );
});

it('finds a new one', () => {
  expect(typesIn("await append(pollingEvent(tick, 'QuotaExceeded', [], {}))")).toEqual(['QuotaExceeded']);
});
