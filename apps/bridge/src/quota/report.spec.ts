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
  windows: [{ seconds: 900, limit: 300, used: 300, left: 0, leftForBackfill: 0 }],
  pausedUntil: null,
  spentLastDay: { sweep: 21, listing: 612 },
  pace,
};

describe('a quota', () => {
  it('is told by window, with what was spent and what a request has to save', () => {
    const lines = reportQuota(view, paper(100, marked)).split('\n');
    expect(lines[1]).toMatch(/^15 min +300 +300 +red\(0\) +0$/);
    expect(lines.slice(3)).toEqual([
      expect.stringMatching(
        /^A request has to save 90 s of delay to be made: 93\s800 of 94\s000 .* 2 targets were overdue\.$/,
      ),
      'In the last 24 hours: 612 listing, 21 sweep.',
      '',
    ]);
  });

  it('says first that nothing is sent, and that it is stretched', () => {
    const text = reportQuota(
      { ...view, pausedUntil: '2026-11-28T08:05:00Z', pace: { ...pace, stretch: 1.5 } },
      paper(),
    );
    expect(text).toMatch(/^Polar has refused a request for too many: nothing is sent before 2026-11-28T08:05:00Z\.\n/);
    expect(text).toContain('the longest pauses are 1.50 times as long');
    expect(reportQuota({ ...view, pace: null, spentLastDay: {} }, paper())).toContain('is not set yet');
  });
});
