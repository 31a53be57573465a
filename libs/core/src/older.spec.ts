import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Athlete, broken, json } from './athlete.fixture.ts';
import { addDays, daysBetween, eachDay } from './calendar.ts';
import { emptyCursor, type Cursor } from './cursor.ts';
import { advance } from './advance.ts';
import { BridgeError, type ErrorCode } from './errors.ts';
import { olderPart, olderRange, plan } from './plan.ts';
import type { Fetched } from './read.ts';
import { day, hour, listedToday, noon, polling, tickOf, walksByRange } from './tick.fixture.ts';
import type { Tick, Window } from './tick.ts';

const none = { events: [], missing: [], wanted: [], open: {} };
const week = 7 * day;
const walks = walksByRange({ days: 28, before: 10 });
/** Watched from 2026-06-05, kept from 2026-03-18: 79 days, three parts. */
const older = { at: noon - week / 3, to: '2026-05-08' };
const due = (cursor: Partial<Cursor> = {}, overrides: Partial<Tick> = {}): Tick =>
  tickOf(walks, { cursor: { ...listedToday, older, ...cursor }, ...overrides });
const reconciled = (tick: Tick): readonly Window[] => plan(tick).filter(({ reason }) => reason === 'reconcile');
const short = (windows: readonly Window[]): readonly string[] => windows.map(({ from, to }) => `${from} ${to}`);
const fetched = (tick: Tick, code?: ErrorCode): readonly Fetched[] =>
  plan(tick).map((window) => ({
    window,
    facts: [],
    empty: false,
    ...(code !== undefined && window.reason === 'reconcile' && { failure: new BridgeError(code, 'no') }),
  }));
const after = (tick: Tick, code?: ErrorCode, missing: readonly { date: string; since: number }[] = []): Cursor =>
  advance(tick, fetched(tick, code), { ...none, missing }).cursor;

describe('days older than those watched', () => {
  it('are those that the provider keeps and that are known', () => {
    expect(olderRange(due())).toEqual({ from: '2026-03-18', to: '2026-06-05' });
    expect(olderRange(due({ historyFrom: '2026-05-01' }))).toEqual({ from: '2026-05-01', to: '2026-06-05' });
    expect(olderRange(due({ historyFrom: '2026-06-05' }))).toBeUndefined();
  });

  it.each<[string, Partial<Tick>]>([
    ['a backfill', { backfilling: true }],
    ['one that was begun later', { refilling: { from: '2026-05-01', to: '2026-05-02' } }],
  ])('are left alone during %s', (_, overrides) => {
    expect(reconciled(due({}, overrides))).toEqual([]);
  });

  it('are listed a part at a time, last of all, beside a listing of what is watched', () => {
    expect(short(reconciled(due()))).toEqual(['2026-04-10 2026-05-08']);
    expect(plan(due()).map(({ reason }) => reason)).toEqual(['listing', 'reconcile']);
    expect(reconciled(due({ listedAt: noon - 1 }))).toEqual([]);
  });

  it('wait for their turn: three parts take a week', () => {
    expect(reconciled(due())).toHaveLength(1);
    expect(reconciled(due({ older: { ...older, at: noon - week / 3 + 1 } }))).toEqual([]);
  });

  it('are counted from the first listing on, which has just seen what there is', () => {
    const { older: _older, ...fresh } = due().cursor;
    expect(after(tickOf(walks, { cursor: fresh })).older).toEqual({ at: noon, to: '2026-06-05' });
  });

  it('go on with the next part, and begin again with the newest after the oldest', () => {
    expect(after(due()).older).toEqual({ at: noon, to: '2026-04-10' });
    const last = due({ older: { ...older, to: '2026-04-10' } });
    expect(short(reconciled(last))).toEqual(['2026-03-18 2026-04-10']);
    const { older: over } = after(last);
    const later = due({ ...(over !== undefined && { older: over }) }, { at: noon + week });
    expect(short(reconciled(later))).toEqual(['2026-05-15 2026-06-12']);
  });

  it.each<[ErrorCode, Cursor['older']]>([
    ['BUDGET_EXHAUSTED', older],
    ['PROVIDER_RATE_LIMITED', older],
    ['PROVIDER_UNAVAILABLE', { at: noon, to: '2026-04-10' }],
  ])(
    'wait for the next listing where nothing is left for them, and for the next turn when they fail: %s',
    (code, next) => {
      const cursor = after(due(), code);
      expect(cursor).toMatchObject({ listedAt: noon, suspects: {}, older: next });
    },
  );

  it('leave out days that are known to fail', () => {
    const suspects = { '2026-04-20': { since: '2026-06-01T00:00:00Z', tries: 1, notBefore: noon + day } };
    expect(short(reconciled(due({ suspects })))).toEqual(['2026-04-10 2026-04-20', '2026-04-21 2026-05-08']);
  });

  it('that lack something are listed again when it can be proven, without a listing before its time', () => {
    const since = { date: '2026-04-20', since: noon };
    const cursor = after(due(), undefined, [since]);
    expect(cursor).not.toHaveProperty('confirmAt');
    const again = { from: '2026-04-10', to: '2026-05-08', notBefore: noon + hour };
    expect(cursor.older).toEqual({ at: noon, to: '2026-04-10', again });
    const { listedAt: _listedAt, ...unlisted } = cursor;
    expect(reconciled(due(unlisted, { at: noon + hour - 1 }))).toEqual([]);
    const proof = due(unlisted, { at: noon + hour });
    expect(short(reconciled(proof))).toEqual(['2026-04-10 2026-05-08']);
    expect(after(proof).older).toEqual({ at: noon, to: '2026-04-10' });
  });

  it('are all listed within a week and a day, each at least once, never more than one part at a time', () => {
    const parts = fc.record({ days: fc.constantFrom(7, 28, 90), before: fc.integer({ min: 0, max: 40 }) });
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 11 }),
        (request, history, hours) => {
          const resource = walksByRange(request);
          let cursor: Cursor = { ...emptyCursor, historyFrom: addDays('2026-06-15', -history) };
          const seen = new Map<string, number>();
          const first = tickOf(resource, { cursor });
          const range = olderRange(first);
          for (let at = noon; at <= noon + 9 * day; at += hours * hour) {
            const { listedAt: _listedAt, ...unlisted } = cursor;
            const tick = tickOf(resource, { cursor: unlisted, at });
            const windows = reconciled(tick);
            expect(windows.length).toBeLessThanOrEqual(1);
            for (const { from, to } of windows) {
              expect(daysBetween(from, to)).toBeLessThanOrEqual(request.days);
              for (const date of eachDay(from, to)) seen.set(date, (seen.get(date) ?? 0) + 1);
            }
            cursor = advance(tick, fetched(tick), none).cursor;
          }
          const kept = eachDay(range?.from ?? '', range?.to ?? '').filter((date) => date >= addDays('2026-06-15', -79));
          expect(kept.filter((date) => !seen.has(date))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('make up for no more than one part that they have missed', () => {
    expect(after(due({ older: { ...older, at: noon - 3 * week } })).older).toEqual({
      at: noon - week / 3,
      to: '2026-04-10',
    });
  });

  it('have a part exactly when one is due', () => {
    expect(olderPart(due())).toEqual({ from: '2026-04-10', to: '2026-05-08' });
    expect(olderPart(due({ older: { ...older, at: noon } }))).toBeUndefined();
  });
});

describe('an athlete whose old days change', () => {
  const old = '2026-05-01';
  const start = async () => {
    const items = new Map([old, '2026-05-02', '2026-06-14'].map((date) => [date, 1]));
    let isDown = false;
    const athlete = new Athlete({
      resources: [walks],
      at: noon,
      polling: { ...polling, backfillDays: 60 },
      serve: (url) => {
        if (isDown) return broken;
        const [from = '', to = ''] = ['from', 'to'].map((name) => url.searchParams.get(name) ?? '');
        const found = [...items].filter(([date]) => from <= date && date < to);
        return json({ walks: found.map(([date, steps]) => ({ id: date, date, steps, modified: `v${steps}` })) });
      },
    });
    await athlete.until(noon + day);
    const told = () =>
      athlete.events
        .filter(({ topic }) => topic === 'walk')
        .map(({ type, mode, identity }) => `${type} ${mode} ${identity[0]}`);
    return { athlete, items, told, down: (value: boolean) => (isDown = value) };
  };
  const first = [
    'WalkRecorded backfill 2026-06-14',
    'WalkRecorded backfill 2026-05-01',
    'WalkRecorded backfill 2026-05-02',
  ];

  it('is told of a late edit and of a deletion, within little more than a week, and of no sync', async () => {
    const { athlete, items, told } = await start();
    expect(told().toSorted()).toEqual(first.toSorted());
    items.delete(old);
    items.set('2026-05-02', 2);
    await athlete.until(noon + 11 * day);
    expect(told().slice(3).toSorted()).toEqual(['WalkDeleted reconcile 2026-05-01', 'WalkRevised live 2026-05-02']);
    const [gone] = athlete.of('WalkDeleted');
    expect(
      Date.parse(gone?.observedAt ?? '') -
        Date.parse(String((gone?.data as { missingSince?: string } | undefined)?.missingSince)),
    ).toBeGreaterThanOrEqual(hour);
  });

  it('is told of no deletion when the old days are down, or it comes back', async () => {
    const { athlete, items, told, down } = await start();
    items.delete(old);
    down(true);
    await athlete.until(noon + 9 * day);
    down(false);
    items.set(old, 1);
    await athlete.until(noon + 25 * day);
    expect(told()).toHaveLength(3);
  });
});
