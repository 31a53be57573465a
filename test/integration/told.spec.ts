import { describe, expect, it } from '@jest/globals';
import { expectations } from './expectations.ts';
import { compareWithLedger, exact } from './ledger-comparison.ts';
import type { Body, LedgerEntry } from './ledger-entry.ts';
import { entry, record } from './planted.ts';

/** A story of one item: its changes, the facts behind them and its bodies. */
function story(
  resource: string,
  identity: readonly string[],
  ...changes: readonly (readonly [change: LedgerEntry['change'], fact: string, body: Body])[]
): readonly LedgerEntry[] {
  return changes.map(([change, fact, body]) => entry(change, '', { resource, identity, fact, body }));
}

/** What has to be told, an event a line: the identity, the type and the version. */
function lines(ledger: readonly LedgerEntry[]): readonly string[] {
  return [...expectations(ledger)].flatMap(([key, events]) =>
    events.map(({ type, version }) => `${key.replace('aino ', '')} ${type} ${version}`),
  );
}

describe('what each resource is told by', () => {
  it('names a diary entry by its kind as long as it is new', () => {
    const note = (modified: string): Body => ({ note: { modified } });
    expect(
      lines(
        story(
          'calendar',
          ['note', 't0'],
          ['created', 'calendar-enter', note('t1')],
          ['updated', 'calendar-edit', note('t2')],
          ['deleted', 'calendar-delete', note('t2')],
        ),
      ),
    ).toEqual([
      'calendar/note/t0 NoteWritten modified t1',
      'calendar/note/t0 CalendarEntryRevised modified t2',
      'calendar/note/t0 CalendarEntryDeleted gone',
    ]);
  });

  it('tells of a target that moves and of one that is done by types of their own', () => {
    const target = (version: number): Body => ({
      session: { version, modified: { year: 2026, month: 11, day: 4, hour: 9, min: 5 } },
    });
    const told = lines(
      story(
        'calendar-targets',
        ['5'],
        ['created', 'target-schedule', target(1)],
        ['updated', 'target-reschedule', target(2)],
        ['updated', 'route-revise', target(3)],
        ['updated', 'target-complete', target(4)],
        ['deleted', 'target-cancel', target(4)],
      ),
    );
    expect(told).toEqual([
      'calendar-targets/5 TargetScheduled version 1 of 2026-11-04T09:05:00Z',
      'calendar-targets/5 TargetRescheduled version 2 of 2026-11-04T09:05:00Z',
      'calendar-targets/5 TargetRevised version 3 of 2026-11-04T09:05:00Z',
      'calendar-targets/5 TargetCompleted version 4 of 2026-11-04T09:05:00Z',
      'calendar-targets/5 TargetCancelled gone',
    ]);
  });

  it('tells of a renewal and of the end of a subscription apart from any other status', () => {
    const one = (status: string, expiresAt: string): Body => ({ status, expiresAt, modifiedAt: 't' });
    const told = lines(
      story(
        'subscriptions',
        ['PREMIUM', 'STORE', 't0'],
        ['created', 'subscription-start', one('ACTIVE', 'may')],
        ['updated', 'subscription-renew', one('ACTIVE', 'june')],
        ['updated', 'subscription-status', one('PAUSED', 'june')],
        ['updated', 'subscription-status', one('EXPIRED', 'june')],
      ),
    );
    expect(told.map((line) => line.split(' ')[1])).toEqual([
      'SubscriptionStarted',
      'SubscriptionRenewed',
      'SubscriptionStatusChanged',
      'SubscriptionExpired',
    ]);
  });

  it('tells of comments and in-session tests for themselves, and of the session only when it changes', () => {
    const session = (modified: string, ...notes: readonly string[]): Body => ({
      modified,
      testResults: { runningTest: { vo2max: 52 } },
      comments: notes.map((note, index) => ({ identifier: { id: String(index) }, note, modified })),
    });
    const told = lines(
      story(
        'training-sessions',
        ['7'],
        ['created', 'session-test', session('t1')],
        ['updated', 'session-comment', session('t2', 'Nice.')],
        ['updated', 'session-edit', session('t3', 'Nice.')],
      ),
    );
    expect(told).toEqual([
      'training-sessions/7 SessionRecorded modified t1',
      'training-sessions/7 SessionRevised modified t3',
      'training-sessions/7/runningTest InSessionTestCompleted runningTest vo2max 52',
      'training-sessions/7/0 SessionCommented note Nice. modified t2',
    ]);
  });

  it('tells of each section of the account, then of the one that changes', () => {
    const account = (modified: string): Body => ({
      basicInfo: { modified: 'b' },
      physicalInformation: { modified },
      consents: [{ type: 'GDPR', accepted: true }],
      consentHistoryStates: [{ type: 'GDPR' }],
    });
    const told = lines(
      story(
        'account-data',
        ['account'],
        ['created', 'genesis', account('t1')],
        ['updated', 'physical-change', account('t2')],
      ),
    );
    expect(told).toEqual([
      'account-data/profile ProfileUpdated basicInfo.modified b, profileInformation.motto undefined',
      'account-data/physicalInformation PhysicalProfileUpdated modified t1',
      'account-data/physicalInformation PhysicalProfileUpdated modified t2',
      'account-data/GDPR ConsentChanged 1 states, accepted true',
    ]);
  });

  it('tells of a device by what its log has more, and of its settings and firmware', () => {
    const added = { eventType: 'EVENT_TYPE_ADDED', eventTimestamp: 't1' };
    const gone = { eventType: 'EVENT_TYPE_DELETED', eventTimestamp: 't4' };
    const device = (firmwareVersion: string, ...log: readonly Body[]): Body => ({
      firmwareVersion,
      deviceRegistrationEvents: log,
      deviceSettings: [{ name: 'B', value: '1' }],
    });
    const told = lines(
      story(
        'user-devices',
        ['u'],
        ['created', 'device-register', device('1.0', added)],
        ['updated', 'device-firmware', device('2.0', added)],
        ['updated', 'device-deregister', device('2.0', added, gone)],
      ),
    );
    expect(told).toEqual([
      'user-devices/u/t1 DeviceRegistered eventTimestamp t1',
      'user-devices/u DeviceSettingsChanged firmwareVersion 1.0, B 1',
      'user-devices/u DeviceFirmwareUpdated firmwareVersion 2.0, B 1',
      'user-devices/u/t4 DeviceDeregistered eventTimestamp t4',
    ]);
  });

  it('knows a day of activity by its minutes and steps, which the event has as sums', () => {
    const day = { resource: 'activity', identity: ['2026-11-22', 'D'] };
    const ledger = [entry('created', '', { ...day, body: { count: 90, steps: 0 } })];
    const told = (seconds: number) =>
      record(1, 'ActivityDayUpdated', '', {
        ...day,
        data: { steps: 0, classSeconds: { SLEEP: 3600, LIGHT: seconds } },
      });
    expect(compareWithLedger(ledger, [told(1800)])).toMatchObject({ matched: 1, ...exact });
    expect(compareWithLedger(ledger, [told(1740)])).toMatchObject({ matched: 0 });
  });

  it('starts anew with a night that comes back after its deletion', () => {
    const night: Body = { sleepScore: { sleepScore: 80 } };
    const told = lines(
      story(
        'sleeps',
        ['d'],
        ['created', 'night', night],
        ['deleted', 'night-delete', night],
        ['created', 'night', night],
      ),
    );
    expect(told.map((line) => line.split(' ')[1])).toEqual([
      'SleepRecorded',
      'SleepScored',
      'SleepDeleted',
      'SleepRecorded',
      'SleepScored',
    ]);
  });
});
