import { describe, expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportQuota } from './report.ts';

const pace = {
  secondsPerRequest: 90,
  allowedPerDay: 94_000,
  expectedPerDay: 93_800,
  overdue: 2,
  stretch: 1,
  setAt: '2026-11-28T08:00:00Z',
};
const view = {
  tenant: 'acme',
  windows: [{ seconds: 900, limit: 300, used: 295, left: 0, leftForBackfill: 0 }],
  pausedUntil: null,
  spentLastDay: { sweep: 21, listing: 612 },
  pace,
};

describe('a quota', () => {
  it('is told by window, with what was spent and what a request has to save', () => {
    const lines = reportQuota(view, paper(80, marked)).split('\n');
    expect(lines[1]).toMatch(/^15 min +300 +295 +5 +red\(0\) +0$/);
    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/^Kept for auth is /),
      expect.stringMatching(/allowed\.$/),
      '',
      expect.stringMatching(/^Polls are expected to use 93\s800 of the 94\s000 requests a day that they may\. A$/),
      'request is made when it saves 90 s of delay of a change. 2 polls are late.',
      '',
      'requests in 24 h  kind     what it does',
      '             612  listing  looks for changes',
      '              21  sweep    looks at what no listing tells of',
      '',
    ]);
  });

  it('says first that nothing is sent, and that it is stretched', () => {
    const text = reportQuota(
      { ...view, pausedUntil: '2026-11-28T08:05:00Z', pace: { ...pace, stretch: 1.5 } },
      paper(),
    );
    expect(text).toMatch(
      /^Polar has refused a request for too many: nothing is sent before 2026-11-28T08:05:00Z\.\n\n/,
    );
    expect(text).toContain('1.50 times as long');
    expect(reportQuota({ ...view, pace: null, spentLastDay: {} }, paper())).toContain('is not known yet');
  });

  it('has figures that add up to what is allowed, and words for each that a poller knows', () => {
    const windows = [{ seconds: 900, limit: 3000, used: 141, left: 2799, leftForBackfill: 1959 }];
    const kinds = ['listing', 'wanted', 'final', 'sweep', 'suspect', 'control', 'reconcile', 'backfill'];
    const spentLastDay = Object.fromEntries(kinds.map((kind) => [kind, 1]));
    const lines = reportQuota({ ...view, windows, spentLastDay }, paper(80)).split('\n');
    expect(lines[1]).toMatch(/^15 min +3\s000 +141 +60 +2\s799 +1\s959$/);
    for (const kind of kinds) expect(lines).toContainEqual(expect.stringMatching(`^ +1  ${kind} +\\w`));
  });
});
