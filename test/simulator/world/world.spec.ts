import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SWITCHES, type Switches } from '../switches.ts';
import { addDays, DAY, dateOf, HOUR, toLocal } from '../calendar.ts';
import { FACTS } from './facts.ts';
import type { LedgerEntry } from './ledger.ts';
import { identityOf, ledgerBody, RESOURCES } from './resources.ts';
import { World } from './world.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');

function begin(switches: Partial<Switches> = {}, seed = 'seed') {
  const clock = { now: NOON };
  const options = { seed, days: 28, lateNights: 7, switches: { ...DEFAULT_SWITCHES, ...switches } };
  const world = new World({ ...options, now: () => clock.now });
  world.add('acme', 3);
  const [first] = world.athletes;
  if (first === undefined) throw new Error('no athlete');
  return { world, clock, athlete: first, name: first.profile.name, history: world.history(first) };
}

/** Lets time pass between steps, so that every fact finds something to do. */
function live(world: World, clock: { now: number }, steps: number, each = HOUR / 4): LedgerEntry[] {
  return Array.from({ length: steps }, () => {
    clock.now += each;
    return world.step();
  }).flat();
}

describe('genesis', () => {
  it('leaves the last nights, some days of training and the end of yesterday to be brought', () => {
    const { world, athlete } = begin();
    const today = dateOf(toLocal(NOON, athlete.profile.utcOffsetMinutes));
    const last = (resource: string) =>
      world.ledger
        .entries()
        .filter((entry) => entry.resource === resource)
        .map((entry) => String(entry.body['startTime'] ?? entry.identity[0]).slice(0, 10))
        .sort()
        .at(-1);
    expect(last('sleeps')).toBe(addDays(today, -7));
    expect((last('training-sessions') ?? '') <= addDays(today, -3)).toBe(true);
    expect((last('continuous-samples') ?? '') <= addDays(today, -1)).toBe(true);
    expect(world.ledger.entries().every((entry) => entry.genesis && entry.version === 1)).toBe(true);
    expect(world.ledger.live()).toEqual([]);
  });

  it('is written when somebody first asks', () => {
    const { world } = begin();
    expect(world.athletes.map((athlete) => world.isWritten(athlete))).toEqual([true, false, false]);
  });

  it('makes ten thousand athletes at once', () => {
    const { world } = begin();
    const from = performance.now();
    world.add('acme', 10_000);
    expect(performance.now() - from).toBeLessThan(2000);
    expect(new Set(world.athletes.map(({ profile }) => profile.name)).size).toBe(10_003);
  });
});

describe('the same seed', () => {
  it('tells the same story, and another seed another one', () => {
    const story = (seed: string) => {
      const { world, clock } = begin({}, seed);
      live(world, clock, 100);
      return JSON.stringify(world.ledger.entries());
    };
    expect(story('one')).toBe(story('one'));
    expect(story('one')).not.toBe(story('two'));
  });

  it('tells it of an athlete whatever happens to others', () => {
    const one = begin();
    const two = begin();
    two.world.step({ athlete: two.world.athletes[1]?.profile.name ?? '', count: 50 });
    const of = ({ world, name }: typeof one) => {
      world.step({ athlete: name, count: 50 });
      return world.ledger.entries().flatMap(({ seq, ...entry }) => (entry.athlete === name && seq > 0 ? [entry] : []));
    };
    expect(of(one)).toEqual(of(two));
  });
});

describe('the ledger', () => {
  it('replayed is the world as it stands', () => {
    const { world, clock } = begin();
    live(world, clock, 600, HOUR / 4);
    const replayed = new Map<string, unknown>();
    const key = (entry: Pick<LedgerEntry, 'athlete' | 'resource' | 'identity'>) =>
      [entry.athlete, entry.resource, ...entry.identity].join('|');
    for (const entry of world.ledger.entries()) {
      if (entry.change === 'deleted') replayed.delete(key(entry));
      else replayed.set(key(entry), entry.body);
    }
    const now = new Map<string, unknown>();
    for (const athlete of world.athletes) {
      for (const resource of RESOURCES) {
        for (const value of world.history(athlete).all(resource)) {
          const identity = identityOf(resource, value);
          now.set(key({ athlete: athlete.profile.name, resource, identity }), ledgerBody(resource, value));
        }
      }
    }
    expect(Object.fromEntries(replayed)).toEqual(Object.fromEntries(now));
    const facts = new Set(world.ledger.live().map((entry) => entry.fact));
    const expected = Object.keys(FACTS).filter((name) => FACTS[name]?.weight !== 0);
    expect([...facts].sort()).toEqual(expected.sort());
  });

  it('counts versions and revisions, and names what changed', () => {
    const { world, clock } = begin();
    const entries = live(world, clock, 500, HOUR / 4);
    const last = new Map<string, LedgerEntry>();
    for (const entry of world.ledger.entries()) {
      const key = [entry.athlete, entry.resource, ...entry.identity].join('|');
      const before = last.get(key);
      expect(entry.version).toBe((before?.version ?? 0) + 1);
      expect(entry.revision).toBe((before?.revision ?? 0) + (entry.change === 'touched' ? 0 : 1));
      expect(before?.change).not.toBe('deleted');
      last.set(key, entry);
    }
    expect(
      entries.filter(({ change }) => change === 'touched').every(({ fields }) => fields.join() === 'modified'),
    ).toBe(true);
    const updates = entries.filter(({ change }) => change === 'updated');
    expect(updates.every(({ fields }) => fields.some((field) => field !== 'modified'))).toBe(true);
  });

  it('has strictly rising stamps within an athlete, though the clock stands still', () => {
    const { world, name } = begin();
    const entries = world.step({ athlete: name, fact: 'session-edit', count: 20 });
    const stamps = entries.map((entry) => String(entry.body['modified']));
    expect(new Set(stamps).size).toBe(20);
    expect([...stamps].sort()).toEqual(stamps);
  });
});

describe('facts', () => {
  const only = (entries: readonly LedgerEntry[]) => {
    expect(entries).toHaveLength(1);
    return entries[0] as LedgerEntry;
  };

  it('score, rescore: the score and the recovery are stamped to the same millisecond', () => {
    const { world, name } = begin();
    const night = only(world.step({ athlete: name, fact: 'night' }));
    expect(night.body).not.toHaveProperty('sleepScore');
    for (const fact of ['score', 'rescore']) {
      const [sleep, recharge] = world.step({ athlete: name, fact });
      expect(sleep?.fields).toEqual(['sleepScore']);
      expect(sleep?.body['sleepScore']).toMatchObject({ lastModified: recharge?.body['modified'] });
      expect([sleep?.identity, recharge?.identity]).toEqual([night.identity, night.identity]);
      expect(recharge?.change).toBe(fact === 'score' ? 'created' : 'updated');
      expect(recharge?.fields.length).toBeGreaterThan(1);
    }
  });

  it('trim: the original appears, the result moves, the score does not', () => {
    const { world, name, athlete, history } = begin();
    const today = dateOf(toLocal(NOON, athlete.profile.utcOffsetMinutes));
    world.step({ athlete: name, fact: 'night', count: 7 });
    world.step({ athlete: name, fact: 'score', count: 7 });
    const before = history.get('sleeps', [today])?.value ?? history.get('sleeps', [addDays(today, -1)])?.value;
    const trimmed = only(world.step({ athlete: name, fact: 'trim' }));
    expect(trimmed.fields).toEqual(expect.arrayContaining(['sleepResult', 'originalSleepResult']));
    expect(trimmed.fields).not.toContain('sleepScore');
    expect([today, addDays(today, -1)]).toContain(trimmed.identity[0]);
    const again = world.step({ athlete: name, fact: 'trim', count: 12 });
    expect(again.every(({ fields }) => fields.includes('sleepResult') || fields.includes('originalSleepResult'))).toBe(
      true,
    );
    expect(before).toBeDefined();
  });

  it('night: comes once for each of the last seven days, and then no more', () => {
    const { world, name } = begin();
    const nights = world.step({ athlete: name, fact: 'night', count: 20 });
    expect(new Set(nights.map(({ identity }) => identity[0])).size).toBe(nights.length);
    expect([6, 7]).toContain(nights.length);
  });

  it('hr-append: grows, changes the state, and never passes the present', () => {
    const { world, name, athlete } = begin();
    const local = toLocal(NOON, athlete.profile.utcOffsetMinutes);
    const entries = world.step({ athlete: name, fact: 'hr-append', count: 500 });
    expect(entries.length).toBeGreaterThan(20);
    expect(new Set(entries.map(({ body }) => `${String(body['date'])}${String(body['state'])}`)).size).toBe(
      entries.length,
    );
    for (const { body, fields } of entries) {
      const isToday = body['date'] === dateOf(local);
      expect(Number(body['lastOffsetMillis'])).toBeLessThan(isToday ? local % DAY : DAY);
      expect(fields).toEqual(expect.arrayContaining(['state', 'samples']));
    }
    expect(world.step({ athlete: name, fact: 'hr-append' })).toEqual([]);
  });

  it('session-new: after the newest, over by now', () => {
    const { world, name, athlete } = begin({ session_ids: 'uuid' });
    const entries = world.step({ athlete: name, fact: 'session-new', count: 20 });
    const stops = entries.map(({ body }) => String(body['stopTime']));
    const starts = entries.map(({ body }) => String(body['startTime']));
    expect(starts.slice(1).every((start, index) => start > (stops[index] ?? ''))).toBe(true);
    const local = new Date(toLocal(NOON, athlete.profile.utcOffsetMinutes)).toISOString();
    expect(stops.every((stop) => stop < local)).toBe(true);
    expect(entries[0]?.identity[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('are chosen by the mix', () => {
    const { world, clock } = begin({ mix: { 'session-touch': 1, ...zeroed('session-touch') } });
    expect(new Set(live(world, clock, 30).map(({ fact }) => fact))).toEqual(new Set(['session-touch']));
  });
});

function zeroed(except: string) {
  return Object.fromEntries(Object.keys(FACTS).flatMap((name) => (name === except ? [] : [[name, 0]])));
}

describe('the gate', () => {
  it('lets nothing change twice unseen; a night and its recovery are seen together', () => {
    const { world, name } = begin({ hold_until_observed: true });
    const step = (fact: string) => world.step({ athlete: name, fact });
    expect(step('session-edit')).toEqual([]);
    const [night] = step('night');
    expect(step('score')).toEqual([]);
    const sight = (entry: LedgerEntry | undefined) => {
      if (entry === undefined) throw new Error('nothing happened');
      const { resource, identity, version } = entry;
      return world.observe([{ athlete: name, resource, identity, version }]);
    };
    expect(sight(night)).toEqual({ accepted: 1, stale: 0, unknown: 0 });
    const [sleep, recharge] = step('score');
    expect(step('rescore')).toEqual([]);
    sight(sleep);
    expect(step('rescore')).toEqual([]);
    expect(sight(night)).toEqual({ accepted: 0, stale: 1, unknown: 0 });
    sight(recharge);
    expect(step('rescore')).toHaveLength(2);
  });

  it('does not wait for anybody to see a touch', () => {
    const { world, name } = begin({ hold_until_observed: true });
    const [born] = world.step({ athlete: name, fact: 'session-new' });
    const at = { athlete: name, resource: 'training-sessions' as const, identity: born?.identity ?? [] };
    world.observe([{ ...at, version: 1 }]);
    expect(world.step({ athlete: name, fact: 'session-touch' })).toHaveLength(1);
    const [edit] = world.step({ athlete: name, fact: 'session-edit' });
    expect(edit).toMatchObject({ version: 3, revision: 2 });
    expect(world.observe([{ ...at, revision: 2 }])).toMatchObject({ accepted: 1 });
    expect(world.step({ athlete: name, fact: 'session-edit' })).toHaveLength(1);
  });

  it('never changes an unseen item over a long life', () => {
    const { world, clock } = begin({ hold_until_observed: true });
    const pending = new Map<string, LedgerEntry>();
    const key = (entry: LedgerEntry) =>
      [
        entry.athlete,
        ['sleeps', 'nightly-recharge-results'].includes(entry.resource) ? 'night' : entry.resource,
        ...entry.identity,
      ].join('|');
    for (let turn = 0; turn < 300; turn += 1) {
      clock.now += HOUR / 4;
      const entries = world.step();
      for (const entry of entries) expect([...pending.keys()]).not.toContain(key(entry));
      for (const entry of entries) if (entry.change !== 'touched') pending.set(key(entry), entry);
      if (turn % 7 === 0) {
        world.observe([...pending.values()].filter(({ change }) => change !== 'deleted'));
        const nights = [...pending.values()].filter(({ resource }) => resource === 'nightly-recharge-results');
        world.observe(nights.map((entry) => ({ ...entry, resource: 'sleeps' as const, version: 1_000 })));
        pending.clear();
      }
    }
  });
});
