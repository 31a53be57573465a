import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { factsIn, type Json, type JsonObject } from '#core';
import { descriptor } from './descriptor.ts';
import { sampleChunks, statistics } from './samples.ts';

const minute = 60_000;

function period(
  count: number,
  celsius: (index: number) => number | null = (index) => 33 + (index % 10) / 10,
): JsonObject {
  return {
    startTime: '2026-06-14T22:15:00',
    measurementType: 'TM_SKIN_TEMPERATURE',
    sensorLocation: 'SL_DISTAL',
    deviceReference: { uuid: 'u' },
    temperatureMeasurementSamples: Array.from({ length: count }, (_, index) => ({
      recordingTimeDeltaMilliseconds: String(index * minute),
      temperatureCelsius: celsius(index),
    })),
  };
}

describe('a temperature period', () => {
  it('holds its own samples while they are few', () => {
    expect(sampleChunks(period(720))).toEqual([]);
    const [fact, ...others] = factsIn(descriptor, period(720), 'list');
    expect(others).toEqual([]);
    expect(fact?.content?.['temperatureMeasurementSamples']).toHaveLength(720);
  });

  it('that is long has them in chunks that come before it and begin with its identity', () => {
    const facts = factsIn(descriptor, period(721), 'list');
    const whole = facts.at(-1);
    expect(facts.map(({ entity }) => entity)).toEqual([...Array.from({ length: 13 }, () => 'chunk'), 'period']);
    expect(facts.map(({ identity }) => identity.slice(0, 4))).toEqual(facts.map(() => whole?.identity));
    expect(whole?.content).toMatchObject({ count: 721 });
    expect(whole?.content?.['chunks']).toHaveLength(13);
    expect(whole?.content).not.toHaveProperty('temperatureMeasurementSamples');
  });

  it('loses no sample in its chunks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 721, max: 3000 }), (count) => {
        const chunks = sampleChunks(period(count, (index) => index));
        expect(chunks.flatMap(({ columns }) => columns['temperatureCelsius'] as readonly Json[])).toEqual(
          Array.from({ length: count }, (_, index) => index),
        );
        expect(chunks.map(({ hour }) => hour)).toEqual(chunks.map((_, index) => index));
      }),
      { numRuns: 20 },
    );
  });

  it('has the least, the mean and the most of the samples that have a temperature', () => {
    expect(statistics(period(4, (index) => [33.2, null, 33.5, 33.9][index] ?? null))).toEqual({
      count: 4,
      minTemperatureCelsius: 33.2,
      avgTemperatureCelsius: 33.53,
      maxTemperatureCelsius: 33.9,
    });
    expect(statistics({})).toEqual({
      count: 0,
      minTemperatureCelsius: null,
      avgTemperatureCelsius: null,
      maxTemperatureCelsius: null,
    });
  });

  it('takes an enumeration that is left out for its first value, so that its identity stays', () => {
    const { measurementType: _type, sensorLocation: _location, deviceReference: _device, ...rest } = period(1);
    expect(factsIn(descriptor, rest, 'list')[0]?.identity).toEqual([
      'unknown',
      'TM_UNKNOWN',
      'SL_UNKNOWN',
      '2026-06-14T22:15:00',
    ]);
  });
});
