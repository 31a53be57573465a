import { describe, expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportSync } from './report.ts';

const now = Date.parse('2026-11-28T08:00:00Z');
const id = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';
type SyncView = Parameters<typeof reportSync>[1];
type Target = SyncView['targets'][number];

const target = (resource: string, more: Partial<Target> = {}): Target => ({
  resource,
  kind: 'live',
  lastPolledAt: '2026-11-28T07:57:00Z',
  lastChangedAt: null,
  nextDueAt: '2026-11-28T08:02:00Z',
  polling: false,
  intervalSeconds: 300,
  failures: 0,
  lastError: null,
  breaker: null,
  suspended: null,
  expectedChangesPerDay: 1,
  why: 'Listed every 5 min or so, next in 2 min.',
  wantedDays: [],
  skippedDays: [],
  ...more,
});

const room = { seconds: 900, limit: 3000, used: 412, left: 2528, leftForBackfill: 1688 };
const view = (targets: readonly Target[], more: Partial<SyncView> = {}): SyncView => ({
  connection: id,
  tenantPaused: false,
  status: 'active',
  statusReason: null,
  targets,
  budget: { windows: [room], pausedUntil: null },
  ...more,
});
const told = (of: SyncView): readonly string[] => reportSync('acme', of, now, paper(80, marked)).split('\n');

describe('why', () => {
  it('says of a healthy athlete that all is well, and has no more than a line for each resource', () => {
    const targets = [
      target('sleeps'),
      target('activity', { polling: true, nextDueAt: null }),
      target('routes', { nextDueAt: '2026-11-28T07:59:50Z', wantedDays: ['a', 'b'], lastPolledAt: null }),
    ];
    expect(told(view(targets))).toEqual([
      `${id} of acme is active, and polled as planned.`,
      '',
      'resource  last asked  next      state',
      'activity  3 min ago   now       being asked',
      'routes    -           now       2 to read',
      'sleeps    3 min ago   in 2 min  every 5 min',
      '',
    ]);
  });

  it.each([
    [
      'needs_reauth (invalid_grant); nothing of it is polled.',
      { status: 'needs_reauth', statusReason: 'invalid_grant' },
    ],
    ['active; nothing of it is polled while its tenant is paused.', { tenantPaused: true }],
  ])('does not say that a lost athlete is polled: %s', (end, more) => {
    const text = told(view([], more))
      .join(' ')
      .replaceAll(/<[^>]*>|[{}]/g, '');
    expect(text).toContain(end.slice(end.indexOf(';')));
    expect(text).not.toContain('as planned');
  });

  it('says of what is read when something refers to it just that', () => {
    expect(told(view([target('routes', { expectedChangesPerDay: null })])).join('\n')).toContain('when referred to');
  });

  it('has what is wrong first, with a sentence', () => {
    const targets = [
      target('activity'),
      target('sleeps', {
        failures: 2,
        why: 'Backs off after 2 failures in a row (PROVIDER_TIMEOUT); tried again in 2 min.',
      }),
    ];
    expect(told(view(targets)).slice(0, 6)).toEqual([
      `${id} of acme is active; not as planned: 1 of its`,
      '2 polls.',
      '- red(sleeps): Backs off after 2 failures in a row (PROVIDER_TIMEOUT); tried',
      '  again in 2 min.',
      '',
      'resource     last asked  next      state',
    ]);
    expect(told(view(targets))[6]).toBe('red(sleeps)  3 min ago   in 2 min  2 failures');
  });

  it('says once what stops all of them', () => {
    const why = 'Not polled: consent_missing. It goes on with a new consent.';
    const targets = ['activity', 'sleeps', 'tests'].map((name) =>
      target(name, { suspended: 'consent_missing', nextDueAt: null, why }),
    );
    const lines = told(view(targets, { status: 'needs_reauth', statusReason: 'invalid_grant' }));
    expect(lines.join(' ')).toMatch(/ is red\(needs_reauth \(invalid_grant\)\); not as planned: 3 of its 3 polls\. /);
    expect(lines.filter((line) => line.includes(why))).toEqual([`- red(all): ${why}`]);
    expect(lines.slice(-4, -1)).toEqual(
      ['activity', 'sleeps', 'tests'].map((name) =>
        expect.stringMatching(`^red\\(${name}\\) +3 min ago   -     not polled$`),
      ),
    );
  });

  it.each<[string, Partial<Target>, Partial<SyncView>]>([
    ['not polled', {}, { tenantPaused: true }],
    ['waits for Polar', {}, { budget: { windows: [room], pausedUntil: '2026-11-28T08:05:00Z' } }],
    ['waits for Polar', { breaker: 'tenant' }, {}],
    ['waits', { nextDueAt: '2026-11-28T07:50:00Z' }, {}],
    ['1 failure', { failures: 1 }, {}],
    ['every 5 min; days given up', { skippedDays: ['2026-11-20'] }, {}],
  ])('tells that something %s', (state, of, about) => {
    const lines = told(view([target('sleeps', of)], about));
    expect(lines.at(-2)).toMatch(new RegExp(`^red\\(sleeps\\) .* ${state}$`));
    expect(lines).toContainEqual(expect.stringMatching(/^- red\(all\): Listed every 5 min or so, next in 2 min\./));
    expect(lines.join('\n').includes('Given up for now:\n  2026-11-20.')).toBe(state.includes('given'));
  });

  it('tells a backfill from a live target', () => {
    const [row] = told(view([target('sleeps', { kind: 'backfill' })])).slice(-2);
    expect(row).toBe('sleeps (backfill)  3 min ago   in 2 min  goes on');
  });
});
