import { describe, expect, it } from '@jest/globals';
import { paper } from '../bridge.fixture.ts';
import { reportEvents, reportParked } from './report.ts';

type ParkedStreamView = Parameters<typeof reportParked>[0][number];

const now = Date.parse('2026-11-28T08:00:00Z');
const parked = (more: Partial<ParkedStreamView>): ParkedStreamView => ({
  stream: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c',
  lane: 3,
  reason: 'too_large',
  detail: 'The request included a message larger than the max message size the server will accept',
  topic: 'polar.acme.continuous-samples-of-a-long-name.v1',
  events: 12,
  parkedAt: '2026-11-28T07:00:00Z',
  tries: 2,
  triedAt: '2026-11-28T07:55:00Z',
  nextTryAt: '2026-11-28T08:10:00Z',
  ...more,
});

describe('what is parked', () => {
  it('comes with what to do, once for each reason, and fits 100 columns', () => {
    const text = reportParked([parked({}), parked({ events: 40 }), parked({ reason: 'not_authorised' })], now, paper());
    expect(text).toContain('64 events of 3 athletes wait.');
    expect(
      text.match(/^too_large: raise `max\.message\.bytes` of the topic, then `bridge parked release`\.$/gm),
    ).toHaveLength(1);
    expect(text).toContain('not_authorised: let the publisher write the topic (`bridge topics acl`)');
    const table = text.slice(text.indexOf('stream'));
    expect(table.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(table.split('\n')[1]).toMatch(/ 40 .*in 10 min$/);
  });

  it('is told where it is nothing', () => {
    expect(reportParked([], now, paper())).toBe('Nothing is parked.\n');
  });

  it('has sizes and times in words', () => {
    const event = { position: '1044', id: 'x', type: 'accesslink.SleepScored.v1', topic: 'polar.acme.sleep.v1' };
    const text = reportEvents([{ ...event, bytes: 1_200_345, createdAt: '2026-11-28T07:59:00Z' }], now, paper());
    expect(text.split('\n')[1]).toBe('    1044  accesslink.SleepScored.v1  polar.acme.sleep.v1  1.2 MB  60 s ago');
  });
});
