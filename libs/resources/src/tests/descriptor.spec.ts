import { describe, expect, it } from '@jest/globals';
import { read, type Json, type Phase, type Window } from '#core';
import { descriptor } from './descriptor.ts';

const window = (phase: Phase): Window => ({
  phase,
  from: '2026-06-14',
  to: '2026-06-15',
  features: [],
  reason: 'wanted',
});
const factsOf = (body: Json, phase: Phase = 'detail') => read(descriptor, window(phase), body).facts;
const test = { modified: '2026-06-14T06:00:00Z', startTime: '2026-06-14T08:30:00' };

describe('a test', () => {
  it('is the same in the listing and in the detail', () => {
    const body = { tests: [{ ...test, rrRecording: { averageHeartRate: 60, rrSamples: [1000] } }] };
    const [listed] = factsOf(body, 'list');
    const whole = factsOf(body).at(-1);
    expect(listed).toMatchObject({ identity: ['rrRecording', '2026-06-14T08:30:00'], content: null });
    expect([whole?.identity, whole?.marker, whole?.date]).toEqual([listed?.identity, listed?.marker, listed?.date]);
  });

  it('comes after its samples, and names them', () => {
    const [chunk, whole, ...others] = factsOf({ tests: [{ ...test, rrRecording: { rrSamples: [1000, 990] } }] });
    expect(others).toEqual([]);
    expect(chunk).toMatchObject({
      entity: 'chunk',
      identity: ['rrRecording', '2026-06-14T08:30:00', '0', '0'],
      content: { kind: 'rrRecording', series: [{ type: 'RR', startIndex: 0, values: [1000, 990] }] },
    });
    expect(whole?.content).toEqual({
      ...test,
      rrRecording: {},
      chunks: [{ hour: 0, part: 0, types: ['RR'], hash: expect.any(String) }],
    });
  });

  it.each([
    [{ ecgTestResult: { timeZoneOffsetMinutes: 180 } }, 180],
    [{ fitnessTestResult: { timezoneOffsetMinutes: '-300' } }, -300],
    [{ jumpTestResult: {} }, null],
  ])('tells the athlete’s offset where its kind does: %j', (result, offset) => {
    expect(factsOf({ tests: [{ ...test, ...result }] }).at(-1)?.utcOffsetMinutes).toBe(offset);
  });

  it('of a kind that nobody foresaw is told as well', () => {
    expect(factsOf({ tests: [{ ...test, breathingTestResult: { rate: 12 } }] })).toEqual([
      expect.objectContaining({ kind: 'breathingTestResult', identity: ['breathingTestResult', test.startTime] }),
    ]);
  });

  it('of no kind is refused', () => {
    expect(() => factsOf({ tests: [test] })).toThrow('lacks its identity or its date; keys: modified, startTime');
  });
});
