import { inside, listInside, type Body, type LedgerEntry } from './ledger-entry.ts';

/** An event that must come of a change. */
export interface Telling {
  readonly type: string;
  /** The item's, unless a part of it is told of by itself. */
  readonly identity: readonly string[];
  readonly data: Body;
}

/** @param before the item's body before the change; undefined for one that is new */
type Tell = (entry: LedgerEntry, before: Body | undefined) => readonly Telling[];

/** By which events each resource of the ledger is told, as docs/adr/0016 and the event catalogue have it. */
export const told: Readonly<Record<string, Tell>> = {
  'account-data': accountSections,
  activity: whole('ActivityDayUpdated'),
  calendar: kinds(
    {
      note: 'NoteWritten',
      feeling: 'FeelingReported',
      feedback: 'FeedbackReceived',
      perceivedRecovery: 'PerceivedRecoveryReported',
      weight: 'WeightRecorded',
      physicalInformation: 'PhysicalInformationChanged',
    },
    { updated: 'CalendarEntryRevised', deleted: 'CalendarEntryDeleted' },
  ),
  'calendar-targets': (entry, before) =>
    whole('TargetScheduled', targetTurns[entry.fact] ?? 'TargetRevised', 'TargetCancelled')(entry, before),
  'continuous-samples': whole('HeartRateDayUpdated'),
  favorites: whole('FavoriteSaved', 'FavoriteRevised', 'FavoriteRemoved'),
  'nightly-recharge-results': whole('NightlyRechargeCalculated', 'NightlyRechargeRevised', 'NightlyRechargeDeleted'),
  'ppi-samples': whole('PpiDayUpdated'),
  'profile-picture': whole('ProfilePictureChanged'),
  routes: whole('RouteSaved', 'RouteRevised'),
  'skin-contacts': whole('SkinContactPeriodRecorded', 'SkinContactPeriodRevised'),
  'sleep-wake-vectors': whole('SleepWakeVectorUpdated'),
  sleeps: nights,
  sports: whole('SportCatalogUpdated'),
  'sport-profiles': whole('SportProfileCreated', 'SportProfileUpdated', 'SportProfileRemoved'),
  'sport-profile-list-catalog': whole('SportProfileOrderChanged'),
  subscriptions: (entry, before) => whole('SubscriptionStarted', subscriptionTurn(entry))(entry, before),
  'temperature-measurements': whole(
    'TemperaturePeriodRecorded',
    'TemperaturePeriodRevised',
    'TemperaturePeriodDeleted',
  ),
  tests: kinds(
    {
      orthostaticTestResult: 'OrthostaticTestCompleted',
      fitnessTestResult: 'FitnessTestCompleted',
      jumpTestResult: 'JumpTestCompleted',
      ecgTestResult: 'EcgTestCompleted',
      spo2TestResult: 'Spo2TestCompleted',
      rrRecording: 'RrRecordingCompleted',
    },
    { updated: 'TestRevised', deleted: 'TestDeleted' },
  ),
  'training-sessions': sessions,
  'user-devices': devices,
};

/** An item that is told of as a whole. What has no type for its end goes away untold. */
function whole(created: string, updated = created, deleted?: string): Tell {
  return (entry) => {
    const type = { created, updated, deleted, touched: undefined }[entry.change];
    return type === undefined ? [] : [itself(entry, type)];
  };
}

/** Items of several kinds, told apart as long as they are new; the kind comes first in the identity. */
function kinds(
  created: Readonly<Record<string, string>>,
  { updated, deleted }: { readonly updated: string; readonly deleted: string },
): Tell {
  return (entry, before) => whole(created[entry.identity[0] ?? ''] ?? '', updated, deleted)(entry, before);
}

const targetTurns: Readonly<Record<string, string>> = {
  'target-reschedule': 'TargetRescheduled',
  'target-complete': 'TargetCompleted',
};

function subscriptionTurn({ fact, body }: LedgerEntry): string {
  if (fact === 'subscription-renew') return 'SubscriptionRenewed';
  return body?.['status'] === 'EXPIRED' ? 'SubscriptionExpired' : 'SubscriptionStatusChanged';
}

/** A score is told of when it appears; one that moves is a revision of the night. */
function nights(entry: LedgerEntry, before: Body | undefined): readonly Telling[] {
  const appears = entry.body?.['sleepScore'] !== undefined && before?.['sleepScore'] === undefined;
  const night = whole('SleepRecorded', 'SleepRevised', 'SleepDeleted')(entry, before);
  return [
    ...(appears && entry.change === 'updated' ? [] : night),
    ...(appears && entry.change !== 'deleted' ? [itself(entry, 'SleepScored')] : []),
  ];
}

/** Comments and in-session tests are told for themselves, and are no part of the session's own story. */
function sessions(entry: LedgerEntry, before: Body | undefined): readonly Telling[] {
  const { body, identity, change, fact } = entry;
  if (change === 'deleted') return [itself(entry, 'SessionDeleted')];
  const comments = listInside(body, 'comments').slice(listInside(before, 'comments').length);
  const isNew = change === 'created';
  return [
    ...(isNew || fact !== 'session-comment' ? [itself(entry, isNew ? 'SessionRecorded' : 'SessionRevised')] : []),
    ...(isNew ? Object.entries((body?.['testResults'] ?? {}) as Body) : []).map(([kind, result]) => ({
      type: 'InSessionTestCompleted',
      identity: [...identity, kind],
      data: { testResults: { [kind]: result } },
    })),
    ...comments.map((comment) => ({
      type: 'SessionCommented',
      identity: [...identity, String(inside(comment, 'identifier', 'id'))],
      data: comment,
    })),
  ];
}

const accountFacts: Readonly<Record<string, string>> = {
  'physical-change': 'PhysicalProfileUpdated',
  'profile-edit': 'ProfileUpdated',
  'settings-change': 'ProfileUpdated',
  travel: 'LocalizationChanged',
  'test-preferences': 'TestPreferencesChanged',
  'consent-flip': 'ConsentChanged',
};

/** Each section of the account that is there, when it is new; then the one that a fact changes. */
function accountSections({ change, fact, body }: LedgerEntry): readonly Telling[] {
  const account = body ?? {};
  const section = (type: string, name: string): readonly Telling[] =>
    account[name] === undefined ? [] : [{ type, identity: [name], data: account[name] as Body }];
  const consentLists = ['consents', 'consentHistoryStates'] as const;
  const types = new Set(consentLists.flatMap((name) => listInside(account, name).map((one) => String(one['type']))));
  const all = [
    { type: 'ProfileUpdated', identity: ['profile'], data: account },
    ...section('PhysicalProfileUpdated', 'physicalInformation'),
    ...section('LocalizationChanged', 'localizationSettings'),
    ...section('TestPreferencesChanged', 'userTestPreferences'),
    ...[...types].map((consent) => ({
      type: 'ConsentChanged',
      identity: [consent],
      data: Object.fromEntries(
        consentLists.map((name) => [name, listInside(account, name).filter(({ type }) => type === consent)]),
      ),
    })),
  ];
  return change === 'created' ? all : all.filter(({ type }) => type === accountFacts[fact]);
}

/** What the log of registrations has more than before, and what of a device in use changed. */
function devices(entry: LedgerEntry, before: Body | undefined): readonly Telling[] {
  const { body, identity, change, fact } = entry;
  const logged = listInside(body, 'deviceRegistrationEvents').slice(
    listInside(before, 'deviceRegistrationEvents').length,
  );
  return [
    ...logged.map((event) => ({
      type: event['eventType'] === 'EVENT_TYPE_DELETED' ? 'DeviceDeregistered' : 'DeviceRegistered',
      identity: [...identity, String(event['eventTimestamp'])],
      data: event,
    })),
    ...(change === 'created' || fact === 'device-settings' ? [itself(entry, 'DeviceSettingsChanged')] : []),
    ...(fact === 'device-firmware' ? [itself(entry, 'DeviceFirmwareUpdated')] : []),
  ];
}

function itself({ identity, body }: LedgerEntry, type: string): Telling {
  return { type, identity, data: body ?? {} };
}
