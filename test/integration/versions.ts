import { inside, listInside, type Body } from './ledger-entry.ts';

/**
 * What tells the versions of an item apart, by the facts of the provider. Reads the provider's body (the ledger has it in
 * the types of the tables, big series as sums) and the `data` of the event that must say the same.
 */
export function versionOf(resource: string, type: string, data: Body): string {
  const version = byType[type] ?? byResource[resource];
  if (version === undefined) throw new Error(`nobody knows how the versions of ${resource} differ (${type})`);
  return version(data);
}

type Version = (data: Body) => string;

const at =
  (...path: readonly string[]): Version =>
  (data) =>
    `${path.join('.')} ${String(inside(data, ...path))}`;

const byResource: Readonly<Record<string, Version>> = {
  activity: (day) => `${minutesOf(day)} minutes, ${String(day['steps'])} steps`,
  calendar: (entry) => at('modified')(inside(entry, kindOf(entry)) as Body),
  // The moment has whole seconds only; the version counts the edits.
  'calendar-targets': ({ session }) => `version ${String(inside(session, 'version'))} of ${momentOf(session)}`,
  'continuous-samples': (day) => `state ${String(day['state'])}, ${String(day['count'])} samples`,
  favorites: ({ favorite }) => `${String(inside(favorite, 'name'))} of ${momentOf(favorite)}`,
  'nightly-recharge-results': at('modified'),
  'ppi-samples': (day) => `${String(day['count'])} until ${String(day['lastOffsetMillis'])}, ${at('modified')(day)}`,
  'profile-picture': at('sha256'),
  routes: at('modified'),
  'skin-contacts': at('modified'),
  'sleep-wake-vectors': (vector) => `${listInside(vector, 'sleepWakeStateChanges').length} changes`,
  sleeps: (night) => {
    const score = inside(night, 'sleepScore', 'sleepScore') ?? 'none';
    return `${endOf(night, 'sleepStart')} to ${endOf(night, 'sleepEnd')}, score ${String(score)}`;
  },
  sports: at('modified'),
  'sport-profiles': at('modified'),
  'sport-profile-list-catalog': at('modified'),
  subscriptions: (one) => `${String(one['status'])} until ${String(one['expiresAt'])}, ${at('modifiedAt')(one)}`,
  'temperature-measurements': at('modified'),
  tests: at('modified'),
  'training-sessions': at('modified'),
};

const byType: Readonly<Record<string, Version>> = {
  ...Object.fromEntries(
    [
      'CalendarEntryDeleted',
      'FavoriteRemoved',
      'NightlyRechargeDeleted',
      'SessionDeleted',
      'SleepDeleted',
      'SportProfileRemoved',
      'TargetCancelled',
      'TemperaturePeriodDeleted',
      'TestDeleted',
    ].map((type) => [type, () => 'gone'] as const),
  ),
  SleepScored: at('sleepScore', 'sleepScore'),
  SessionCommented: (comment) => `${at('note')(comment)} ${at('modified')(comment)}`,
  InSessionTestCompleted: ({ testResults }) =>
    Object.entries(testResults as Body)
      .map(([kind, result]) => `${kind} ${at('vo2max')(result as Body)}`)
      .join(),
  ProfileUpdated: (account) =>
    [
      at('basicInfo', 'modified')(account),
      at('profileInformation', 'motto')(account),
      ...listInside(account, 'generalSettings').map(({ name, value }) => `${String(name)} ${String(value)}`),
    ].join(', '),
  PhysicalProfileUpdated: at('modified'),
  LocalizationChanged: at('timezoneOffsetMinutes'),
  TestPreferencesChanged: at('modified'),
  ConsentChanged: (consent) => {
    const accepted = listInside(consent, 'consents').map((one) => String(one['accepted']));
    return `${listInside(consent, 'consentHistoryStates').length} states, accepted ${accepted.join()}`;
  },
  DeviceRegistered: at('eventTimestamp'),
  DeviceDeregistered: at('eventTimestamp'),
  DeviceFirmwareUpdated: deviceVersion,
  DeviceSettingsChanged: deviceVersion,
};

function deviceVersion(device: Body): string {
  const settings = listInside(device, 'deviceSettings').map(({ name, value }) => `${String(name)} ${String(value)}`);
  return [at('firmwareVersion')(device), ...settings.toSorted()].join(', ');
}

/** The ledger counts a day's minutes; the event has them as the time that the classes of activity lasted. */
function minutesOf(day: Body): number {
  if (typeof day['count'] === 'number') return day['count'];
  const seconds = Object.values((day['classSeconds'] ?? {}) as Readonly<Record<string, number>>);
  return seconds.reduce((sum, one) => sum + one, 0) / 60;
}

/** Which of its kinds a diary entry is: the key of its only object. */
function kindOf(entry: Body): string {
  return Object.keys(entry).find((key) => typeof entry[key] === 'object') ?? '';
}

function endOf(night: Body, end: 'sleepStart' | 'sleepEnd'): string {
  return String(inside(night, 'sleepResult', 'hypnogram', end));
}

/** `modified` as RFC 3339; the provider has it in parts, in UTC, and leaves out what is 0. */
function momentOf(item: unknown): string {
  const modified = inside(item, 'modified');
  if (typeof modified !== 'object') return String(modified);
  const part = (name: string, width = 2): string => String(inside(modified, name) ?? 0).padStart(width, '0');
  return `${part('year', 4)}-${part('month')}-${part('day')}T${part('hour')}:${part('min')}:${part('sec')}Z`;
}
