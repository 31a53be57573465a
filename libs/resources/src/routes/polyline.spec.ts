import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import { routeChunks, withoutPoints, type RouteChunk } from './polyline.ts';

const routeOf = (routePoints: Json): JsonObject => ({ id: '7', route: { name: 'Loop', routePoints } });

const straight = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({
    location: { longitude: 25 + index * 1e-5, latitude: 65, altitudeMeters: 12 },
    distanceFromStartMeters: index,
  }));

/** The points again, without what they lacked. */
function pointsOf(chunks: readonly RouteChunk[]): readonly JsonObject[] {
  return chunks.flatMap(({ content, count }) => {
    const { location = [], ...others } = content['routePoints'] as JsonObject;
    return Array.from({ length: count }, (_, index) => {
      const place = Array.isArray(location) ? (location as Json[])[index] : row(location as JsonObject, index);
      return present({ location: place ?? null, ...row(others, index) });
    });
  });
}

const row = (columns: JsonObject, index: number): JsonObject =>
  present(
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, (values as Json[])[index] ?? null])),
  );

const present = (entry: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));

describe('the points of a route', () => {
  it('are columns, and so is what lies in their location', () => {
    const turn = [{ turn: { direction: 'LEFT', type: 'SHARP' } }];
    const [chunk] = routeChunks(
      routeOf([
        { location: { longitude: 25, latitude: 65 }, distanceFromStartMeters: 0 },
        { location: { longitude: 26, latitude: 66 }, distanceFromStartMeters: 9, instructions: turn },
      ]),
    );
    expect(chunk?.content).toEqual({
      id: '7',
      part: 0,
      startIndex: 0,
      count: 2,
      routePoints: {
        location: { longitude: [25, 26], latitude: [65, 66], altitudeMeters: [null, null] },
        distanceFromStartMeters: [0, 9],
        timeOffsetFromStartMillis: [null, null],
        instructions: [null, turn],
      },
    });
  });

  it('come in chunks that say where they begin; a new end leaves the others as they are', () => {
    const chunks = routeChunks(routeOf(straight(4500)));
    expect(chunks.map(({ part, startIndex, count }) => [part, startIndex, count])).toEqual([
      [0, 0, 2000],
      [1, 2000, 2000],
      [2, 4000, 500],
    ]);
    const longer = routeChunks(routeOf(straight(4501)));
    expect(longer.map(({ hash }, index) => hash === chunks[index]?.hash)).toEqual([true, true, false]);
  });

  it('are all there, once and in order, whatever they hold', () => {
    const point = fc.record(
      {
        location: fc.record(
          { longitude: fc.integer(), latitude: fc.integer(), accuracy: fc.integer() },
          { requiredKeys: [] },
        ),
        distanceFromStartMeters: fc.integer(),
        instructions: fc.array(fc.constant({ continueStraight: {} }), { minLength: 1 }),
        unforeseen: fc.string(),
      },
      { requiredKeys: ['location'] },
    );
    fc.assert(
      fc.property(fc.array(point), (points) => {
        expect(pointsOf(routeChunks(routeOf(points as Json)))).toEqual(points);
      }),
    );
  });

  it('without a place keep the others’ places as they are', () => {
    const points = [{ location: { longitude: 25 } }, { distanceFromStartMeters: 3 }];
    expect(pointsOf(routeChunks(routeOf(points)))).toEqual(points);
  });

  it('never make a message that a broker refuses', () => {
    const points = straight(3000).map((point, index) => ({ ...point, unforeseen: `${index}${'x'.repeat(1000)}` }));
    const sizes = routeChunks(routeOf(points)).map(({ content }) => Buffer.byteLength(JSON.stringify(content)));
    expect(Math.max(...sizes)).toBeLessThan(600_000);
  });

  it('are not in the route any more, and all else is', () => {
    expect(withoutPoints(routeOf(straight(3)))).toEqual({ id: '7', route: { name: 'Loop' } });
  });

  it.each([['a text'], [[1, 2]], [null]])('stay in it where they are no points: %j', (routePoints) => {
    expect(routeChunks(routeOf(routePoints))).toEqual([]);
    expect(withoutPoints(routeOf(routePoints))).toEqual(routeOf(routePoints));
  });

  it.each([[{ id: '7' }], [{ id: '7', route: {} }]])('are none in %j', (route) => {
    expect(routeChunks(route)).toEqual([]);
    expect(withoutPoints(route)).toEqual(route);
  });
});
