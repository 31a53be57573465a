import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import {
  columnSeries,
  fitting,
  hoursOfIntervals,
  placedBy,
  seriesChunks,
  valueSeries,
  type SeriesChunk,
} from './series.ts';

const hour = 3_600_000;

const bytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));

const columnOf = (chunks: readonly SeriesChunk[], name: string): readonly Json[] =>
  chunks.flatMap(({ series }) => series.flatMap((one) => one[name] as Json[]));

describe('series', () => {
  it('are in the order of their hours, whatever order they come in', () => {
    const placed = [3, 0, 3, 1].map((at, index) => ({ hour: at, entry: { index } }));
    const chunks = seriesChunks(columnSeries('A', placed, ['index']));
    expect(chunks.map((one) => [one.hour, one.part, one.series])).toEqual([
      [0, 0, [{ type: 'A', index: [1] }]],
      [1, 0, [{ type: 'A', index: [3] }]],
      [3, 0, [{ type: 'A', index: [0, 2] }]],
    ]);
  });

  it('of one hour are in one chunk, and its hash tells whether any of them changed', () => {
    const of = (last: number) =>
      seriesChunks([...valueSeries('A', [1, 2], [0, 0]), ...valueSeries('B', [3, last], [0, 1])]);
    expect(of(4).map(({ types }) => types)).toEqual([['A', 'B'], ['B']]);
    expect(of(5).map(({ hash }, index) => hash === of(4)[index]?.hash)).toEqual([true, false]);
  });

  it('keep what they are called where an entry has a field of that name', () => {
    const [chunk] = seriesChunks(columnSeries('A', [{ hour: 0, entry: { type: 'x' } }], []));
    expect(chunk?.types).toEqual(['A']);
  });

  it('of values are all there, once and in order, with the index that each run begins at', () => {
    const runs = fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat({ max: 2 * hour })));
    fc.assert(
      fc.property(runs, (pairs) => {
        const values = pairs.map(([value]) => value);
        const chunks = seriesChunks(valueSeries('A', values, hoursOfIntervals(pairs.map(([, millis]) => millis))));
        expect(columnOf(chunks, 'values')).toEqual(values);
        for (const one of chunks.flatMap(({ series }) => series)) {
          const start = one['startIndex'] as number;
          expect(one['values']).toEqual(values.slice(start, start + (one['values'] as Json[]).length));
        }
      }),
    );
  });

  it('of entries are all there, once, and in order inside each hour', () => {
    const entries = fc.array(fc.record({ at: fc.nat({ max: 5 * hour }), value: fc.integer() }, { requiredKeys: [] }));
    fc.assert(
      fc.property(entries, (list) => {
        const placed = placedBy('at', list as JsonObject[]);
        const chunks = seriesChunks(columnSeries('A', placed, ['at', 'value']));
        const expected = placed.toSorted((a, b) => a.hour - b.hour).map(({ entry }) => entry);
        expect(columnOf(chunks, 'at')).toEqual(expected.map((entry) => entry['at'] ?? null));
        expect(columnOf(chunks, 'value')).toEqual(expected.map((entry) => entry['value'] ?? null));
      }),
    );
  });

  it('never make a message that a broker refuses, however long their entries are', () => {
    const long = 'x'.repeat(2000);
    const placed = Array.from({ length: 1000 }, (_, index) => ({ hour: 0, entry: { index, long } }));
    const chunks = seriesChunks(columnSeries('A', placed, ['index']));
    expect(chunks.length).toBeGreaterThan(3);
    expect(Math.max(...chunks.map(bytes))).toBeLessThan(600_000);
    expect(columnOf(chunks, 'index')).toEqual(placed.map(({ entry }) => entry.index));
  });
});

describe('runs that fit', () => {
  it('have no more entries than they may, and lose none', () => {
    const entries = Array.from({ length: 25 }, (_, index) => ({ index }));
    expect(fitting(entries, 10).map((run) => run.length)).toEqual([10, 10, 5]);
    expect(fitting(entries, 10).flat()).toEqual(entries);
    expect(fitting([])).toEqual([]);
  });

  it('keep the edges that they have when entries follow', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (texts, next) => {
        const entries = texts.map((text) => ({ text }));
        const before = fitting(entries, 3);
        const after = fitting([...entries, { text: next }], 3);
        expect(after.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
      }),
    );
  });
});

describe('the hour', () => {
  it('of an interval is the one that it begins in; a negative one takes no time back', () => {
    expect(hoursOfIntervals([hour - 1, 1, -hour, undefined, hour, 5])).toEqual([0, 0, 1, 1, 1, 2]);
  });

  it('of an entry without a time is that of the one before it', () => {
    expect(placedBy('at', [{}, { at: hour }, {}, { at: null }, { at: 0 }]).map((one) => one.hour)).toEqual([
      0, 1, 1, 1, 0,
    ]);
  });
});
