import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import { sampleChunks, withoutSeries } from './samples.ts';

const seriesOf = (result: JsonObject): readonly JsonObject[] => sampleChunks(result).flatMap(({ series }) => series);

describe('the samples of a test', () => {
  it('are cut out of the result, each kind of series under its name', () => {
    const result = {
      averageHeartRateBpm: 58,
      samples: [{ recordingTimeDeltaMs: 0, amplitudeMv: 0.1 }, { recordingTimeDeltaMs: 8 }],
      qualityMeasurements: [{ recordingTimeDeltaMs: 0, qualityLevel: 'ECG_QUALITY_HIGH' }],
    };
    expect(seriesOf(result)).toEqual([
      { type: 'ECG', recordingTimeDeltaMs: [0, 8], amplitudeMv: [0.1, null] },
      { type: 'ECG_QUALITY', recordingTimeDeltaMs: [0], qualityLevel: ['ECG_QUALITY_HIGH'] },
    ]);
    expect(withoutSeries(result)).toEqual({ averageHeartRateBpm: 58 });
  });

  it('of a long recording are cut by the hour that the beats make', () => {
    const rrSamples = Array.from({ length: 3 * 3600 }, () => 1000);
    const chunks = sampleChunks({ rrSamples });
    expect(chunks.map(({ hour, part, types }) => [hour, part, types])).toEqual([
      [0, 0, ['RR']],
      [1, 0, ['RR']],
      [2, 0, ['RR']],
    ]);
    expect(chunks.map(({ series }) => series[0]?.['startIndex'])).toEqual([0, 3600, 7200]);
  });

  it('are in the result where they are no list of samples', () => {
    const result = { samples: [1, 2], rrSamples: 'none', qualityMeasurements: { level: 1 } };
    expect(sampleChunks(result)).toEqual([]);
    expect(withoutSeries(result)).toEqual(result);
  });

  it('are all there, once and in order', () => {
    const rr = fc.array(fc.oneof(fc.integer({ min: 300, max: 2000 }), fc.constant(3_600_000), fc.constant(null)));
    const ecg = fc.array(fc.record({ step: fc.nat({ max: 2_000_000 }), amplitudeMv: fc.double({ noNaN: true }) }));
    fc.assert(
      fc.property(rr, ecg, (rrSamples, beats) => {
        let recordingTimeDeltaMs = 0;
        const samples = beats.map(({ step, amplitudeMv }) => ({
          recordingTimeDeltaMs: (recordingTimeDeltaMs += step),
          amplitudeMv,
        }));
        const series = seriesOf({ rrSamples, samples });
        const all = (type: string, column: string): readonly Json[] =>
          series.filter((one) => one['type'] === type).flatMap((one) => one[column] as Json[]);
        expect(all('RR', 'values')).toEqual(rrSamples);
        expect(all('ECG', 'amplitudeMv')).toEqual(samples.map(({ amplitudeMv }) => amplitudeMv));
        expect(all('ECG', 'recordingTimeDeltaMs')).toEqual(samples.map((sample) => sample.recordingTimeDeltaMs));
      }),
    );
  });

  it('of the longest messages stay below what a broker takes', () => {
    const samples = Array.from({ length: 60_000 }, (_, index) => ({
      recordingTimeDeltaMs: index,
      amplitudeMv: -Math.PI * (index + 1) * 1e-7,
    }));
    const sizes = sampleChunks({ samples }).map((chunk) => Buffer.byteLength(JSON.stringify(chunk)));
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(600_000);
  });
});
