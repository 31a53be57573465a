import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resources } from '#resources';
import { advance, backfillOver } from './advance.ts';
import { addDays, daysBetween, eachDay, localDate } from './calendar.ts';
import { emptyCursor, type Cursor, type Want } from './cursor.ts';
import { BridgeError } from './errors.ts';
import { plan, sweepDueAt, watchRange } from './plan.ts';
import type { Fetched } from './read.ts';
import { isDated } from './resource.ts';
import { day, hour, listedToday, minute, noon, tickOf, walksByDay, walksByRange } from './tick.fixture.ts';
import type { Tick, Window } from './tick.ts';

const want = (overrides: Partial<Want> = {}): Want => ({
  since: '2026-06-01T00:00:00Z',
  tries: 0,
  notBefore: 0,
  ...overrides,
});
const wants = (dates: readonly string[], overrides: Partial<Want> = {}): Record<string, Want> =>
  Object.fromEntries(dates.map((date) => [date, want(overrides)]));
const listed = { ...listedToday, listedAt: noon - minute };
const short = (windows: readonly Window[]): readonly string[] =>
  windows.map(({ reason, from, to }) => `${reason} ${from} ${daysBetween(from, to)}`);

/** Days near the clock of `tickOf`. */
const dates = fc.integer({ min: -40, max: 3 }).map((days) => addDays('2026-06-15', days));
const anyWant = fc.record({
  since: fc.constant('2026-06-01T00:00:00Z'),
  tries: fc.nat(5),
  notBefore: fc.integer({ min: noon - day, max: noon + day }),
});
const cursors: fc.Arbitrary<Cursor> = fc
  .record(
    {
      listedAt: fc.integer({ min: noon - day, max: noon }),
      listedOn: dates,
      confirmAt: fc.integer({ min: noon - day, max: noon + day }),
      wanted: fc.dictionary(dates, anyWant),
      suspects: fc.dictionary(dates, anyWant),
      readAt: fc.dictionary(dates, fc.integer({ min: noon - 9 * day, max: noon })),
      open: fc.dictionary(dates, fc.integer({ min: noon - 9 * day, max: noon })),
      remaining: fc.record({
        from: fc.constant('2025-11-01'),
        to: fc.constantFrom('2025-11-02', '2025-12-01', '2026-01-01'),
      }),
    },
    { requiredKeys: ['wanted', 'suspects', 'readAt', 'open'] },
  )
  .map((cursor) => cursor as Cursor);
const offsets = fc.option(fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15));
const shapes = fc.constantFrom(
  walksByRange(),
  walksByRange({ days: 3, before: 10, after: 2 }),
  walksByDay({ days: 7, sweep: true }),
  ...resources.filter(({ request }) => isDated(request)),
);
const ticks = fc
  .record({
    resource: shapes,
    cursor: cursors,
    utcOffsetMinutes: offsets,
    at: fc.integer({ min: noon - 400 * day, max: noon + 400 * day }),
    kind: fc.constantFrom('live' as const, 'backfill' as const),
  })
  .map(({ utcOffsetMinutes, ...rest }) =>
    tickOf(rest.resource, {
      ...rest,
      connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes, establishedOn: '2026-01-01' },
    }),
  );

describe('any plan', () => {
  it('asks for no more days at once than the provider allows, and for one day where it wants features of a detail', () => {
    fc.assert(
      fc.property(ticks, (tick) => {
        for (const { from, to, phase, features } of plan(tick)) {
          const { request } = tick.resource;
          if (!isDated(request)) continue;
          expect(daysBetween(from, to)).toBeGreaterThanOrEqual(1);
          expect(daysBetween(from, to)).toBeLessThanOrEqual(phase === 'detail' ? 1 : request.days);
          const wanted = phase === 'detail' && request.shape === 'listing' ? request.detail.features : request.features;
          expect(features).toEqual(wanted);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads at most five days beside the listing, the newest first, each once', () => {
    fc.assert(
      fc.property(ticks, (tick) => {
        const windows = plan(tick);
        const days = windows.filter(({ reason }) => !['listing', 'backfill', 'control'].includes(reason));
        expect(days.length).toBeLessThanOrEqual(5);
        for (const kind of ['wanted', 'suspect', 'sweep']) {
          const of = days.filter(({ reason }) => reason === kind).map(({ from }) => from);
          expect(of.length).toBe(new Set(of).size);
          // Those that a listing has found go before those that have failed.
          for (const group of [true, false]) {
            const same = of.filter((date) => ((tick.cursor.wanted[date]?.tries ?? 0) === 0) === group);
            expect(same).toEqual(same.toSorted().toReversed());
          }
        }
        expect(
          days.every(({ from, reason }) => {
            const waits = { wanted: tick.cursor.wanted, suspect: tick.cursor.suspects }[reason as 'wanted' | 'suspect'];
            return (waits?.[from]?.notBefore ?? 0) <= tick.at;
          }),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('covers what it watches in its listing exactly once, but for suspects, whatever the offset', () => {
    fc.assert(
      fc.property(ticks, (tick) => {
        const windows = plan(tick).filter(({ reason }) => reason === 'listing');
        fc.pre(windows.length > 0);
        const { from, to } = watchRange(tick);
        const covered = windows.flatMap((window) => eachDay(window.from, window.to)).toSorted();
        const since = covered.find((date) => date < from) ?? from;
        expect(covered).toEqual(eachDay(since, to).filter((date) => !(date in tick.cursor.suspects)));
        const { utcOffsetMinutes } = tick.connection;
        const possible = utcOffsetMinutes === null ? [-720, 0, 840] : [utcOffsetMinutes];
        for (const offset of possible) {
          const today = localDate(tick.at, offset);
          expect(
            from <= addDays(today, -(isDated(tick.resource.request) ? tick.resource.request.watch.before : 0)) &&
              today < to,
          ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tries no day that has failed before without a request beside it that should succeed', () => {
    fc.assert(
      fc.property(ticks, (tick) => {
        const windows = plan(tick);
        const failed = windows.filter(
          ({ reason, from }) =>
            reason === 'suspect' || (reason === 'wanted' && (tick.cursor.wanted[from]?.tries ?? 0) > 0),
        );
        fc.pre(failed.length > 0);
        const proof = windows.findIndex(({ reason }) => /listing|backfill|control/.test(reason));
        expect(windows[proof]?.phase).toBe('list');
        expect(proof).toBeLessThan(windows.indexOf(failed[0] as Window));
        const controls = windows.filter(({ reason }) => reason === 'control').map(({ from }) => from);
        expect(controls.filter((date) => date in tick.cursor.suspects)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a live plan', () => {
  const range = walksByRange();

  it('lists what it watches when the interval is over, and nothing before', () => {
    expect(short(plan(tickOf(range)))).toEqual(['listing 2026-06-05 11']);
    expect(plan(tickOf(range, { cursor: { ...listed, listedAt: noon - 299_999 } }))).toEqual([]);
    expect(short(plan(tickOf(range, { cursor: { ...listed, listedAt: noon - 300_000 } })))).toHaveLength(1);
  });

  it.each([
    ['from the day before its last listing on', '2026-06-10', '2026-06-09'],
    ['no further than the provider keeps', '2025-06-10', '2026-03-18'],
    ['what it watches when it was listed yesterday', '2026-06-14', '2026-06-13'],
    ['what it watches when its clock was wrong', '2026-06-20', '2026-06-14'],
  ])('lists %s', (_, listedOn, from) => {
    const windows = plan(tickOf(walksByRange({ before: 1, days: 90 }), { cursor: { ...emptyCursor, listedOn } }));
    expect(windows).toMatchObject([{ reason: 'listing', from, to: '2026-06-16' }]);
  });

  it('lists from the consent on at first, whenever that is', () => {
    const connection = { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-06-03' };
    const windows = plan(tickOf(walksByRange({ before: 1, days: 90 }), { cursor: emptyCursor, connection }));
    expect(windows).toMatchObject([{ reason: 'listing', from: '2026-06-03', to: '2026-06-16' }]);
  });

  it('lists early when a deletion waits for its proof', () => {
    expect(short(plan(tickOf(range, { cursor: { ...listed, confirmAt: noon } })))).toHaveLength(1);
    expect(plan(tickOf(range, { cursor: { ...listed, confirmAt: noon + 1 } }))).toEqual([]);
  });

  it('lists around the days known to fail, and asks for those alone when their time has come', () => {
    const suspects = { '2026-06-05': want(), '2026-06-10': want({ notBefore: noon + 1 }), '2026-06-15': want() };
    expect(short(plan(tickOf(range, { cursor: { ...listedToday, suspects } })))).toEqual([
      'listing 2026-06-06 4',
      'listing 2026-06-11 4',
      'suspect 2026-06-15 1',
      'suspect 2026-06-05 1',
    ]);
  });

  it('reads what a listing has found before it lists again, unless the last poll failed as a whole', () => {
    const cursor = { ...listedToday, wanted: wants(['2026-06-12', '2026-06-13']), suspects: wants(['2026-06-10']) };
    expect(short(plan(tickOf(walksByDay(), { cursor })))).toEqual([
      'wanted 2026-06-13 1',
      'wanted 2026-06-12 1',
      'control 2026-06-15 1',
      'suspect 2026-06-10 1',
    ]);
    expect(short(plan(tickOf(walksByDay(), { cursor, failures: 1 })))[0]).toMatch('listing');
  });

  it('tries a day that has failed before it lists again, once the provider has answered since', () => {
    const failed = { tries: 1, failedAt: noon - hour };
    const after = (answeredAt: number, more: Partial<Cursor>): readonly string[] =>
      short(plan(tickOf(walksByDay(), { cursor: { ...listedToday, answeredAt, ...more } })));
    expect(after(noon - minute, { wanted: wants(['2026-06-12'], failed) })).toEqual(['wanted 2026-06-12 1']);
    expect(after(noon - minute, { suspects: wants(['2026-06-12'], failed) })).toEqual(['suspect 2026-06-12 1']);
    expect(after(noon - hour, { wanted: wants(['2026-06-12'], failed) })[0]).toMatch('listing');
    expect(after(noon - minute, { wanted: wants(['2026-06-12'], { tries: 1 }) })[0]).toMatch('listing');
  });

  it('asks for the newest day that never failed beside a day that did', () => {
    const cursor = {
      ...listed,
      wanted: wants(['2026-06-12'], { tries: 1 }),
      suspects: wants(['2026-06-15', '2026-06-14']),
    };
    expect(short(plan(tickOf(walksByDay(), { cursor })))).toEqual([
      'control 2026-06-13 1',
      'wanted 2026-06-12 1',
      'suspect 2026-06-15 1',
      'suspect 2026-06-14 1',
    ]);
    expect(short(plan(tickOf(walksByDay(), { cursor: { ...listed, wanted: wants(['2026-06-12']) } })))).toEqual([
      'wanted 2026-06-12 1',
    ]);
  });

  it('reads days that are over, quiet and out of the listing one last time, a week at once, suspects apart', () => {
    const open = { '2026-05-20': noon - day, '2026-05-22': noon - day, '2026-05-28': noon - day, '2026-05-23': noon };
    const hr = walksByRange({ before: 1 });
    expect(short(plan(tickOf(hr, { cursor: { ...listed, open } })))).toEqual(['final 2026-05-20 3']);
    expect(plan(tickOf(hr, { cursor: { ...listed, open: { '2026-06-14': noon - 9 * day } } }))).toEqual([]);
    const suspects = wants(['2026-05-21'], { notBefore: noon + 1 });
    expect(short(plan(tickOf(hr, { cursor: { ...listed, open, suspects } })))).toEqual(['final 2026-05-20 1']);
  });

  it('sweeps today and yesterday hourly, the last week daily and the rest weekly, two at once', () => {
    const sweeping = walksByDay({ before: 27, sweep: true });
    const at = (date: string, ago: number): readonly string[] =>
      short(plan(tickOf(sweeping, { cursor: { ...listed, readAt: { [date]: noon - ago } } })));
    expect([at('2026-06-15', hour), at('2026-06-15', hour - 1)]).toEqual([['sweep 2026-06-15 1'], []]);
    expect([at('2026-06-14', hour), at('2026-06-13', hour)]).toEqual([['sweep 2026-06-14 1'], []]);
    expect([at('2026-06-13', day), at('2026-06-08', day), at('2026-06-07', day)]).toEqual([
      ['sweep 2026-06-13 1'],
      ['sweep 2026-06-08 1'],
      [],
    ]);
    expect(at('2026-05-25', 7 * day)).toEqual(['sweep 2026-05-25 1']);
    expect(at('2026-05-01', 70 * day)).toEqual([]);
    const readAt = { '2026-06-13': 0, '2026-06-14': 0, '2026-06-15': 0 };
    expect(short(plan(tickOf(sweeping, { cursor: { ...listed, readAt } })))).toEqual([
      'sweep 2026-06-15 1',
      'sweep 2026-06-14 1',
    ]);
    const wanted = wants(['2026-06-15'], { notBefore: noon + 1 });
    expect(short(plan(tickOf(sweeping, { cursor: { ...listed, readAt, wanted } })))).toEqual([
      'sweep 2026-06-14 1',
      'sweep 2026-06-13 1',
    ]);
    expect(plan(tickOf(walksByDay({ before: 27 }), { cursor: { ...listed, readAt } }))).toEqual([]);
    expect(sweepDueAt(tickOf(sweeping), '2026-06-15')).toBeUndefined();
  });

  it("sweeps the athlete's own yesterday hourly, wherever it is today already", () => {
    const connection = { id: 'c1', tenant: 'acme', utcOffsetMinutes: -480, establishedOn: '2026-01-01' };
    const at = Date.parse('2026-06-15T02:00:00Z');
    const cursor = { ...emptyCursor, readAt: { '2026-06-13': at } };
    const tick = tickOf(walksByDay({ before: 27, sweep: true }), { at, connection, cursor });
    expect(sweepDueAt(tick, '2026-06-13')).toBe(at + hour);
  });
});

describe('a backfill', () => {
  const start = (days: number): Cursor => ({
    ...emptyCursor,
    remaining: { from: addDays('2026-01-01', -days), to: '2026-01-01' },
  });
  const done = (tick: Tick, fetched: readonly Fetched[], wanted: readonly string[] = []): Cursor =>
    advance(tick, fetched, { events: [], missing: [], wanted, open: {} }).cursor;
  const success = (window: Window): Fetched => ({ window, facts: [], empty: true });
  const failure = (window: Window): Fetched => ({
    window,
    facts: [],
    empty: false,
    failure: new BridgeError('PROVIDER_UNAVAILABLE', 'down'),
  });

  it('lists every day once, the newest first, reads what is wanted before it goes on, and ends', () => {
    fc.assert(
      fc.property(
        fc.nat(120).map((days) => days + 1),
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.nat(119)),
        (days, perListing, active) => {
          const resource = walksByDay({ days: perListing });
          const activeDays = new Set(active.map((ago) => addDays('2025-12-31', -ago)));
          let cursor = start(days);
          const listedDays: string[] = [];
          const readDays: string[] = [];
          for (let polls = 0; !backfillOver(cursor); polls += 1) {
            expect(polls).toBeLessThan(500);
            const tick = tickOf(resource, { kind: 'backfill', cursor, at: noon + polls * minute });
            const windows = plan(tick);
            const listing = windows.filter(({ reason }) => reason === 'backfill');
            listedDays.unshift(...listing.flatMap(({ from, to }) => eachDay(from, to)));
            readDays.push(...windows.filter(({ reason }) => reason === 'wanted').map(({ from }) => from));
            const found = listing.flatMap(({ from, to }) => eachDay(from, to)).filter((date) => activeDays.has(date));
            cursor = done(tick, windows.map(success), found);
          }
          expect(listedDays).toEqual(eachDay(addDays('2026-01-01', -days), '2026-01-01'));
          expect(readDays.toSorted()).toEqual(listedDays.filter((date) => activeDays.has(date)));
          expect(readDays).toEqual(readDays.toSorted().toReversed());
        },
      ),
    );
  });

  it('lists no range as done that it has only been asked about in parts', () => {
    const resource = walksByDay({ days: 10 });
    const suspects = wants(['2025-12-31', '2025-12-30']);
    const tick = tickOf(resource, {
      kind: 'backfill',
      cursor: { ...start(30), suspects, wanted: wants(['2025-12-29']) },
    });
    const windows = plan(tick);
    expect(short(windows)).toEqual([
      'control 2025-12-29 1',
      'suspect 2025-12-31 1',
      'suspect 2025-12-30 1',
      'wanted 2025-12-29 1',
    ]);
    expect(done(tick, windows.map(success)).remaining).toEqual(start(30).remaining);
  });

  it('goes past a range of suspects, since they are followed up for themselves', () => {
    const resource = walksByDay({ days: 3 });
    const suspects = wants(eachDay('2025-12-29', '2026-01-01'));
    const tick = tickOf(resource, { kind: 'backfill', cursor: { ...start(6), suspects } });
    const after = done(tick, plan(tick).map(success));
    expect(after).toMatchObject({ remaining: { from: '2025-12-26', to: '2025-12-29' }, suspects: {} });
  });

  it('stays where it is when a listing fails, and splits what fails beside what succeeds', () => {
    const resource = walksByDay({ days: 10 });
    const tick = tickOf(resource, {
      kind: 'backfill',
      cursor: { ...start(10), suspects: wants(['2025-12-28'], { notBefore: noon + 1 }) },
    });
    const windows = plan(tick);
    expect(short(windows)).toEqual(['backfill 2025-12-22 6', 'backfill 2025-12-29 3']);
    const after = done(tick, [success(windows[0] as Window), failure(windows[1] as Window)]);
    expect(after.remaining).toEqual(start(10).remaining);
    expect(Object.keys(after.suspects).toSorted()).toEqual(['2025-12-28', '2025-12-29', '2025-12-30', '2025-12-31']);
  });
});
