import { describe, expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportReplay, reportReplays, reportSize } from './report.ts';

const replay = {
  id: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c',
  status: 'running',
  reason: null,
  events: 900,
  published: 450,
  connection: null,
  types: ['SleepScored'],
  modes: [],
  from: '2026-11-20T00:00:00Z',
  to: '2026-11-21T00:00:00Z',
  topic: null,
  perSecond: 500,
  createdAt: '2026-11-28T07:55:00Z',
  endedAt: null,
} as const;

describe('a replay', () => {
  it('has a size before it begins', () => {
    expect(reportSize({ events: 900, seconds: 2 })).toBe('900 events, in 2 s. Nothing was begun.\n');
    expect(reportSize({ events: null, seconds: null })).toMatch(/^More events than could be counted/);
  });

  it('is told in a sentence', () => {
    expect(reportReplay(replay)).toBe(
      `Replay ${replay.id} is running: 450 of 900 events published, at 500 a second.\n`,
    );
    expect(reportReplay({ ...replay, status: 'failed', reason: 'no topic', events: null })).toBe(
      `Replay ${replay.id} is failed (no topic): 450 events published, at 500 a second.\n`,
    );
  });

  it('is a line of the list', () => {
    const all = [replay, { ...replay, status: 'failed' as const, types: [], reason: 'no topic' }];
    const lines = reportReplays(all, Date.parse('2026-11-28T08:00:00Z'), paper(100, marked)).split('\n');
    expect(lines[1]).toMatch(/ running +450 +900 +5 min ago +SleepScored$/);
    expect(lines[2]).toMatch(/ red\(failed\) +450 +900 +5 min ago +no topic$/);
    expect(reportReplays([], 0, paper())).toBe('There is no replay.\n');
  });
});
