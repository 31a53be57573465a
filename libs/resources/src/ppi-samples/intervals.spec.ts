import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { factsIn, atOnce, contentHash, type Json, type JsonObject } from '#core';
import { descriptor } from './descriptor.ts';
import { intervalsOf } from './intervals.ts';

const hour = 3_600_000;
const sample = (offsetMillis: number, flags: JsonObject = {}): JsonObject => ({
  offsetMillis,
  ppInterval: 900,
  errorEstimateMillis: 10,
  skinContact: true,
  movement: false,
  offline: false,
  ...flags,
});

describe('a day of pulse-to-pulse intervals', () => {
  it('is counted over all samples, its shares over those that have the flag', () => {
    const ppiSamples = [
      sample(70, { errorEstimateMillis: 13 }),
      sample(hour, { movement: true, skinContact: false }),
      sample(hour + 5, { movement: true, offline: null }),
    ];
    const { statistics, hours } = atOnce(
      intervalsOf([{ ppiSamples: ppiSamples.slice(0, 1) }, { ppiSamples: ppiSamples.slice(1) }]),
    );
    expect(statistics).toEqual({
      count: 3,
      firstOffsetMillis: 70,
      lastOffsetMillis: hour + 5,
      avgErrorEstimateMillis: 11,
      skinContactRatio: 0.6667,
      movementRatio: 0.6667,
      offlineRatio: 0,
    });
    expect(hours.map(({ hour: at, part, count }) => [at, part, count])).toEqual([
      [0, 0, 1],
      [1, 0, 2],
    ]);
  });

  it('of no sample has no share', () => {
    expect(atOnce(intervalsOf([]))).toEqual({
      hours: [],
      statistics: {
        count: 0,
        firstOffsetMillis: null,
        lastOffsetMillis: null,
        avgErrorEstimateMillis: null,
        skinContactRatio: null,
        movementRatio: null,
        offlineRatio: null,
      },
    });
  });

  it('is all there in its chunks, and of a later sample only the chunk of its hour differs', () => {
    const offsets = fc.array(fc.nat({ max: 25 * hour })).map((list) => list.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(offsets, fc.nat({ max: hour }), (list, later) => {
        const samples = list.map((offset) => sample(offset, { skinContact: offset % 2 === 0 }));
        const { hours } = atOnce(intervalsOf([{ ppiSamples: samples }]));
        const column = (name: string) => hours.flatMap(({ columns }) => columns[name] as readonly Json[]);
        for (const name of Object.keys(sample(0))) expect(column(name)).toEqual(samples.map((one) => one[name]));
        const last = list.at(-1) ?? 0;
        const grown = atOnce(intervalsOf([{ ppiSamples: [...samples, sample(last + later)] }])).hours;
        const known = new Set(hours.map(({ columns }) => contentHash(columns)));
        const changed = grown.filter(({ columns }) => !known.has(contentHash(columns)));
        expect(changed.map((one) => one.hour)).toEqual([Math.floor((last + later) / hour)]);
      }),
    );
  });

  it('of eighty thousand makes messages that a broker takes', () => {
    const samples = Array.from({ length: 80_000 }, (_, index) =>
      sample(index * 1080, { ppInterval: 700 + (index % 600) }),
    );
    const day = { date: '2026-06-14', ppiSamplesPerDevice: [{ recordingDevice: { uuid: 'u' }, ppiSamples: samples }] };
    const facts = factsIn(descriptor, day, 'detail');
    expect(facts.map(({ entity }) => entity)).toEqual([...Array.from({ length: 24 }, () => 'chunk'), 'day']);
    expect(Math.max(...facts.map(({ content }) => JSON.stringify(content).length))).toBeLessThan(600_000);
  });

  it('is one day for each device', () => {
    const of = (uuid: string) => ({ recordingDevice: { uuid }, ppiSamples: [sample(1)] });
    const facts = factsIn(descriptor, { date: '2026-06-14', ppiSamplesPerDevice: [of('a'), of('b')] }, 'detail');
    expect(facts.map(({ entity, identity }) => [entity, ...identity])).toEqual([
      ['chunk', '2026-06-14', 'a', '0', '0'],
      ['day', '2026-06-14', 'a'],
      ['chunk', '2026-06-14', 'b', '0', '0'],
      ['day', '2026-06-14', 'b'],
    ]);
  });
});
