import { describe, expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportSync } from './report.ts';

const now = Date.parse('2026-11-28T08:00:00Z');
type SyncView = Parameters<typeof reportSync>[1];
type Target = SyncView['targets'][number];

const target = (resource: string, more: Partial<Target> = {}): Target => ({
  resource,
  kind: 'live',
  lastPolledAt: '2026-11-28T07:57:00Z',
  lastChangedAt: null,
  nextDueAt: null,
  polling: false,
  intervalSeconds: 300,
  failures: 0,
  lastError: null,
  breaker: null,
  suspended: null,
  expectedChangesPerDay: 1,
  why: 'Is queued or being polled right now.',
  wantedDays: [],
  skippedDays: [],
  ...more,
});

const view = (more: Partial<SyncView> = {}): SyncView => ({
  connection: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c',
  tenantPaused: false,
  status: 'active',
  statusReason: null,
  targets: [target('activity'), target('sleeps', { failures: 2, why: 'Backs off after 2 failures in a row.' })],
  budget: { windows: [{ seconds: 900, limit: 3000, used: 412, left: 2528, leftForBackfill: 1688 }], pausedUntil: null },
  ...more,
});

describe('why', () => {
  it('has what is wrong first, and a sentence for each target', () => {
    expect(reportSync('acme', view(), now, paper(100, marked)).split('\n')).toEqual([
      '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c of acme is active.',
      expect.stringMatching(/^Of the 3\s000 requests in 15 min, 412 are used, and 2\s528 are left for live polls\.$/),
      '',
      'resource     last polled  why',
      'red(sleeps)  3 min ago    Backs off after 2 failures in a row.',
      'activity     3 min ago    Is queued or being polled right now.',
      '',
    ]);
  });

  it('says first what holds all of it', () => {
    const stopped = view({
      status: 'needs_reauth',
      statusReason: 'invalid_grant',
      tenantPaused: true,
      budget: { windows: [], pausedUntil: '2026-11-28T08:05:00.000Z' },
      targets: [],
    });
    expect(reportSync('acme', stopped, now, paper())).toMatch(
      /is needs_reauth \(invalid_grant\)\.\nThe tenant is paused: .*\nPolar has refused .* before 2026-11-28T08:05:00\.000Z\./,
    );
  });

  it('tells a backfill from a live target, and which days were given up', () => {
    const targets = [target('sleeps', { kind: 'backfill', skippedDays: ['2026-11-20'], lastPolledAt: null })];
    expect(reportSync('acme', view({ targets }), now, paper())).toMatch(
      /^sleeps \(backfill\) +- +Is queued .* Given up for now: 2026-11-20\.$/m,
    );
  });
});
