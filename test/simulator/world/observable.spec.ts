import { describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../api/operations.ts';
import { addDays, dateOf, HOUR, toLocal } from '../calendar.ts';
import { createSimulator, type Simulator } from '../index.ts';
import { days, visitor, type Tokens } from '../visitor.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Resource } from './resources.ts';

/** Where a watcher reads each resource, and what of an item it compares: not the marker, which may move alone. */
const WATCHED: readonly { resource: Resource; path: string; key: string; identity: (item: Item) => string[] }[] = [
  {
    resource: 'training-sessions',
    path: '/training-sessions/list',
    key: 'trainingSessions',
    identity: (item) => [(item['identifier'] as { id: string }).id],
  },
  { resource: 'sleeps', path: '/sleeps', key: 'nightSleeps', identity: (item) => [String(item['sleepDate'])] },
  {
    resource: 'nightly-recharge-results',
    path: '/nightly-recharge-results',
    key: 'nightlyRechargeResults',
    identity: (item) => [String(item['sleepResultDate'])],
  },
  {
    resource: 'continuous-samples',
    path: '/continuous-samples',
    key: 'heartRateSamplesPerDay',
    identity: (item) => [String(item['date']), (item['deviceRef'] as { deviceId: string }).deviceId],
  },
];

type Item = Record<string, unknown>;
type Seen = Map<
  string,
  { readonly resource: Resource; readonly identity: string[]; readonly content: string; revision: number }
>;

describe('with the gate shut until somebody has seen', () => {
  it('a watcher that reads everything sees every change of the ledger, and nothing else', async () => {
    const clock = { now: Date.parse('2026-11-23T18:00:00Z') };
    const switches = { hold_until_observed: true, expires_in: 1e9 };
    const simulator = await createSimulator({ now: () => clock.now, athletes: 1, days: 10, switches });
    const [athlete] = simulator.world.athletes;
    if (athlete === undefined) throw new Error('no athlete');
    const { name, utcOffsetMinutes } = athlete.profile;
    const tokens = await visitor(simulator).connect(name);
    // Always the same days, so that none leaves the watcher's window.
    const today = dateOf(toLocal(clock.now, utcOffsetMinutes));
    let seen = await readAll(simulator, tokens, today);
    const changes: string[] = [];
    const observe = () => simulator.world.observe([...seen.values()].map((item) => ({ athlete: name, ...item })));
    observe();

    for (let turn = 0; turn < 14; turn += 1) {
      clock.now += HOUR / 2;
      simulator.world.step({ athlete: name, count: 6 });
      const now = await readAll(simulator, tokens, today);
      changes.push(...difference(seen, now));
      seen = now;
      observe();
    }
    const expected = simulator.ledger.live().filter(({ change }) => change !== 'touched');
    expect(changes.sort()).toEqual(expected.map(line).sort());
    expect(new Set(expected.map(({ fact }) => fact)).size).toBeGreaterThan(5);
    await simulator.close();
  }, 30_000);
});

const line = ({
  resource,
  identity,
  change,
  revision,
}: Pick<LedgerEntry, 'resource' | 'identity' | 'change' | 'revision'>) =>
  [resource, ...identity, change, revision].join(' ');

/** Also numbers the revisions of what is there now, from those of before. */
function difference(before: Seen, after: Seen): string[] {
  const found: string[] = [];
  for (const [key, item] of after) {
    const old = before.get(key);
    const isSame = old?.content === item.content;
    item.revision = old === undefined ? 1 : old.revision + (isSame ? 0 : 1);
    if (!isSame) found.push(line({ ...item, change: old === undefined ? 'created' : 'updated' }));
  }
  for (const [key, item] of before) {
    if (!after.has(key)) found.push(line({ ...item, change: 'deleted', revision: item.revision + 1 }));
  }
  return found;
}

async function readAll(simulator: Simulator, tokens: Tokens, today: string): Promise<Seen> {
  const seen: Seen = new Map();
  for (const { resource, path, key, identity } of WATCHED) {
    const operation = OPERATIONS.find((one) => one.path === path);
    const time = operation?.range?.dialect === 'datetime' ? 'T00:00:00' : '';
    // Older heart rate does not grow any more.
    for (let back = resource === 'continuous-samples' ? 1 : 9; back >= -1; back -= 1) {
      const date = addDays(today, -back);
      const query = days(date, addDays(date, 1), operation?.features, time);
      const reply = await visitor(simulator).get(tokens, `${path}?${query}`);
      for (const item of reply.json<Record<string, Item[]>>()[key] ?? []) {
        const { modified: _marker, ...content } = item;
        const id = identity(item);
        seen.set([resource, ...id].join(), { resource, identity: id, content: JSON.stringify(content), revision: 1 });
      }
    }
  }
  return seen;
}
