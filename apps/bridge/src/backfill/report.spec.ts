import { describe, expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportBackfills, reportCost, toldBy, whyEndless } from './report.ts';

type BackfillsView = Parameters<typeof reportBackfills>[0];

const now = Date.parse('2026-11-28T08:00:00Z');
const resource = {
  done: false,
  remaining: null,
  daysWanted: 0,
  skippedDays: [],
  requestsUsed: 3,
  failures: 0,
  lastError: null,
  suspended: null,
};
const view: BackfillsView = {
  connection: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c',
  standstill: null,
  backfills: [
    {
      startedAt: '2026-11-28T07:50:00Z',
      from: '2026-11-01',
      to: '2026-11-08',
      origin: 'demand',
      pausedAt: null,
      requestsUsed: 12,
      counts: { SleepRecorded: 4 },
      requestsLeft: 5,
      expectedEndAt: '2026-11-28T08:05:00Z',
      resources: [
        { ...resource, resource: 'activity', done: true },
        { ...resource, resource: 'sleeps', remaining: { from: '2026-11-01', to: '2026-11-03' }, daysWanted: 2 },
        { ...resource, resource: 'tests', failures: 1, lastError: 'PROVIDER_TIMEOUT' },
      ],
    },
  ],
};

describe('a backfill', () => {
  it('is told with what is wrong first and what is done last', () => {
    expect(reportBackfills(view, now, paper(100, marked)).split('\n')).toEqual([
      '2026-11-01 to 2026-11-08, begun 10 min ago by an operator: 12 requests made, 5 left. Its end is expected in 5 min.',
      '',
      expect.stringMatching(/^resource +state +requests$/),
      expect.stringMatching(/^red\(tests\) +1 failure in a row \(PROVIDER_TIMEOUT\) +3$/),
      expect.stringMatching(/^sleeps +2026-11-01 to 2026-11-03 to list; 2 days to read +3$/),
      expect.stringMatching(/^activity +done +3$/),
      '',
    ]);
    expect(toldBy(view)).toBe('12 requests; told: 4 SleepRecorded.');
    expect(reportBackfills({ ...view, backfills: [] }, now, paper())).toBe('No backfill is under way.\n');
  });

  const standstill = 'The tenant is paused: nothing of it is polled.';
  const paused = { ...view, backfills: view.backfills.map((one) => ({ ...one, pausedAt: '2026-11-28T07:58:00Z' })) };

  it('says why it does not go on, and expects no end then', () => {
    const first = (of: BackfillsView): string => reportBackfills(of, now, paper(100, marked)).split('\n')[0] ?? '';
    expect(first({ ...view, standstill })).toMatch(/ 5 left\. red\(The tenant is paused: nothing of it is polled\.\)$/);
    expect(first(paused)).toMatch(/ 5 left\. yellow\(Paused 2 min ago\.\)$/);
    expect(first({ ...paused, standstill })).toMatch(/yellow\(Paused 2 min ago\.\) red\(The tenant is paused/);
  });

  it.each<[string, BackfillsView, string | undefined]>([
    ['goes on', view, undefined],
    ['is none', { ...view, standstill, backfills: [] }, undefined],
    ['is of a tenant that is paused', { ...view, standstill }, 'the tenant is paused: nothing of it is polled.'],
    ['is paused', paused, 'it goes on with `bridge backfill resume`.'],
    ['is paused beside one that goes on', { ...view, backfills: [...paused.backfills, ...view.backfills] }, undefined],
  ])('is waited for, unless it has no end: one that %s', (_, of, why) => {
    expect(whyEndless(of)?.replace(/^It .* was not waited for: /, '')).toBe(why);
  });

  it('has a cost in requests and hours', () => {
    const cost = {
      connection: view.connection,
      from: '2026-11-01',
      to: '2026-11-08',
      requests: 8,
      expectedHours: 0.25,
    };
    const resources = [{ resource: 'sleeps', listings: 1, details: 7, requests: 8 }];
    expect(reportCost({ ...cost, resources }, paper())).toContain(
      '8 requests. They take 15 min in what is left for backfills now. Nothing was begun.',
    );
    expect(reportCost({ ...cost, resources, expectedHours: null }, paper())).toContain(
      'Nothing is left for backfills now.',
    );
  });
});
