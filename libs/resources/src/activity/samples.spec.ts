import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '#core';
import { sampleChunks, totals, withoutSeries } from './samples.ts';

const recording: JsonObject = {
  sportInfos: [{ factor: 2, time: '07:10:00' }],
  activityInfos: [
    { activityClass: 'ACTIVITY_CLASS_SLEEP', time: '06:00:00', factor: 1 },
    { activityClass: 'ACTIVITY_CLASS_LIGHT', time: '06:30:00', factor: 2 },
    { activityClass: 'ACTIVITY_CLASS_SLEEP', time: '07:00:00.500', factor: 1 },
  ],
  inactivityInfos: [],
  stepSamples: { startTime: '06:00:00', interval: 1_800_000, steps: [0, 210, 1980] },
  metSamples: { startTime: '06:00:00', interval: 1_800_000, mets: [0.9, 2.25, 4.5] },
};

describe('a day’s activity', () => {
  it('is cut by the hour, each hour with all of its series', () => {
    const chunks = sampleChunks([recording]);
    expect(chunks.map(({ hour, part, series }) => [hour, part, series])).toEqual([
      [
        6,
        0,
        [
          {
            type: 'stepSamples',
            recording: 0,
            startTime: '06:00:00',
            interval: 1_800_000,
            startIndex: 0,
            steps: [0, 210],
          },
          {
            type: 'metSamples',
            recording: 0,
            startTime: '06:00:00',
            interval: 1_800_000,
            startIndex: 0,
            mets: [0.9, 2.25],
          },
          {
            type: 'activityInfos',
            recording: 0,
            time: ['06:00:00', '06:30:00'],
            activityClass: ['ACTIVITY_CLASS_SLEEP', 'ACTIVITY_CLASS_LIGHT'],
            factor: [1, 2],
          },
        ],
      ],
      [
        7,
        0,
        [
          {
            type: 'stepSamples',
            recording: 0,
            startTime: '06:00:00',
            interval: 1_800_000,
            startIndex: 2,
            steps: [1980],
          },
          { type: 'metSamples', recording: 0, startTime: '06:00:00', interval: 1_800_000, startIndex: 2, mets: [4.5] },
          {
            type: 'activityInfos',
            recording: 0,
            time: ['07:00:00.500'],
            activityClass: ['ACTIVITY_CLASS_SLEEP'],
            factor: [1],
          },
          { type: 'sportInfos', recording: 0, time: ['07:10:00'], factor: [2] },
        ],
      ],
    ]);
  });

  it('changes the hour that it grows in, and no other', () => {
    const grown = {
      ...recording,
      stepSamples: { startTime: '06:00:00', interval: 1_800_000, steps: [0, 210, 1980, 5] },
    };
    const [before, after] = [sampleChunks([recording]), sampleChunks([grown])].map((all) =>
      all.map(({ hash }) => hash),
    );
    expect(after?.[0]).toBe(before?.[0]);
    expect(after?.[1]).not.toBe(before?.[1]);
  });

  it('loses no bucket and no change, however it is cut', () => {
    const time = fc
      .tuple(fc.nat(23), fc.nat(59), fc.nat(59))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    const steps = fc.array(fc.option(fc.nat()), { maxLength: 300 });
    const interval = fc.constantFrom(0, 1000, 60_000, 7_000_000, null);
    const infos = fc.array(fc.record({ time, factor: fc.nat() }, { requiredKeys: [] }));
    fc.assert(
      fc.property(
        fc.array(fc.record({ stepSamples: fc.record({ startTime: time, interval, steps }), sportInfos: infos })),
        (recordings) => {
          const series = sampleChunks(recordings as JsonObject[]).flatMap((chunk) => chunk.series);
          for (const [index, { stepSamples, sportInfos }] of recordings.entries()) {
            const mine = series.filter((one) => one['recording'] === index);
            const runs = mine.filter(({ type }) => type === 'stepSamples');
            expect(runs.flatMap((run) => run['steps'])).toEqual(stepSamples.steps);
            for (const run of runs) {
              const start = run['startIndex'] as number;
              expect(run['steps']).toEqual(stepSamples.steps.slice(start, start + (run['steps'] as Json[]).length));
            }
            const factors = mine.flatMap((one) => (one['type'] === 'sportInfos' ? (one['factor'] as Json[]) : []));
            const text = (values: readonly unknown[]): string[] =>
              values.map((value) => String(value ?? null)).toSorted();
            expect(text(factors)).toEqual(text(sportInfos.map(({ factor }) => factor)));
          }
        },
      ),
    );
  });

  it('has totals: steps, MET minutes, and how long each class lasted', () => {
    expect(totals([recording])).toEqual({
      steps: 2190,
      metMinutes: 229.5,
      classSeconds: { ACTIVITY_CLASS_SLEEP: 1800 + 1799.5, ACTIVITY_CLASS_LIGHT: 1800.5 },
    });
    expect(totals([recording, recording])['steps']).toBe(4380);
    expect(totals([])).toEqual({ steps: 0, metMinutes: 0, classSeconds: {} });
    expect(totals([{ activityInfos: [{ time: '23:00:00', factor: 1 }, { factor: 1 }] }])).toEqual({
      steps: 0,
      metMinutes: 0,
      classSeconds: { ACTIVITY_CLASS_UNKNOWN: 0 },
    });
  });

  it('keeps all but its series in the day', () => {
    expect(withoutSeries({ ...recording, unforeseen: [1], metSamples: { mets: [1], scale: 2 } })).toEqual({
      stepSamples: { startTime: '06:00:00', interval: 1_800_000 },
      metSamples: { scale: 2 },
      unforeseen: [1],
    });
  });
});
