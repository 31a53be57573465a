import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import { sampleChunks, withoutSeries, type SampleChunk } from './samples.ts';

const session = (samples: JsonObject, routes: JsonObject = {}): JsonObject => ({
  identifier: { id: 's1' },
  exercises: [{ startTime: '2026-06-15T10:00:00', samples, routes }],
});

const run = (count: number, value: (index: number) => Json = (index) => index): Json[] =>
  Array.from({ length: count }, (_, index) => value(index));

const seriesOf = (chunks: readonly SampleChunk[]): readonly JsonObject[] =>
  chunks.flatMap(({ content }) => content['series'] as readonly JsonObject[]);

const placesOf = (chunks: readonly SampleChunk[]): readonly string[] =>
  chunks.map(({ exercise, hour, part }) => `${exercise}/${hour}/${part}`);

const largest = (chunks: readonly SampleChunk[]): number =>
  Math.max(...chunks.map(({ content }) => Buffer.byteLength(JSON.stringify(content))));

describe('a session’s samples', () => {
  it('are cut by the hour, each hour with all of its types', () => {
    const chunks = sampleChunks(
      session({
        samples: [
          { type: 'HEART_RATE', intervalMillis: 60_000, values: run(130) },
          { type: 'SPEED', intervalMillis: 1_800_000, values: [1, 2, 3] },
        ],
      }),
    );
    expect(placesOf(chunks)).toEqual(['0/0/0', '0/1/0', '0/2/0']);
    expect(chunks.map(({ types }) => types)).toEqual([
      ['HEART_RATE', 'SPEED'],
      ['HEART_RATE', 'SPEED'],
      ['HEART_RATE'],
    ]);
    expect(seriesOf(chunks).map((one) => [one['startIndex'], (one['values'] as Json[]).length])).toEqual([
      [0, 60],
      [0, 2],
      [60, 60],
      [2, 1],
      [120, 10],
    ]);
  });

  it('put beats and way points into the hour that their own times say', () => {
    const beats = run(3, () => ({ durationMillis: 1_800_000, offline: false }));
    const points = run(3, (index) => ({ elapsedMillis: Number(index) * 3_000_000, latitude: 60, longitude: 24 }));
    const chunks = sampleChunks(session({ rrSamples: beats }, { route: { wayPoints: points } }));
    expect(chunks.map(({ hour, types }) => [hour, types])).toEqual([
      [0, ['RR', 'ROUTE']],
      [1, ['RR', 'ROUTE']],
    ]);
    expect(seriesOf(chunks)[1]).toMatchObject({ elapsedMillis: [0, 3_000_000], altitude: [null, null] });
  });

  it('come in parts where an hour is too much for one message', () => {
    const power = run(26, (type) => ({
      type: `TYPE_${String(type)}`,
      intervalMillis: 1000,
      values: run(3600, (index) => Math.PI * (Number(index) + 1) * 1e-7),
    }));
    const chunks = sampleChunks(session({ samples: power }));
    expect(chunks.length).toBeGreaterThan(1);
    expect(placesOf(chunks)).toEqual(chunks.map((_, part) => `0/0/${part}`));
    expect(chunks.flatMap(({ types }) => types)).toEqual(power.map((one) => (one as JsonObject)['type']));
    expect(largest(chunks)).toBeLessThan(900_000);
  });

  it('come in parts where nobody says how far apart they are', () => {
    const values = run(200_000, (index) => -Math.PI * (Number(index) + 1) * 1e-7);
    const chunks = sampleChunks(session({ samples: [{ type: 'ALTITUDE', values }] }));
    expect(largest(chunks)).toBeLessThan(900_000);
    expect(seriesOf(chunks).flatMap((one) => one['values'])).toEqual(values);
  });

  it('are all there, once, and in order, however they are cut', () => {
    const list = fc.record({
      type: fc.constantFrom('HEART_RATE', 'SPEED', 'POWER'),
      intervalMillis: fc.constantFrom(1000, 60_000, 7_000_000, 0, null),
      values: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(list, { selector: ({ type }) => type }), (samples) => {
        const chunks = sampleChunks(session({ samples }));
        for (const { type, values } of samples) {
          const mine = seriesOf(chunks).filter((one) => one['type'] === type);
          expect(mine.flatMap((one) => one['values'])).toEqual(values);
          let index = 0;
          for (const one of mine) {
            expect(one['startIndex']).toBe(index);
            index += (one['values'] as Json[]).length;
          }
        }
        expect(new Set(placesOf(chunks)).size).toBe(chunks.length);
      }),
    );
  });

  it('are not in the session any more, and all else is', () => {
    const exercise = {
      sport: 'RUNNING',
      samples: { samples: [{ type: 'SPEED', values: [1] }], rrSamples: [], other: 1 },
      routes: { route: { wayPoints: [{ elapsedMillis: 0 }], startTime: '2026-06-15T10:00:00' } },
    };
    expect(withoutSeries(exercise)).toEqual({
      sport: 'RUNNING',
      samples: { other: 1 },
      routes: { route: { startTime: '2026-06-15T10:00:00' } },
    });
  });
});
