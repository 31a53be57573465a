import { times } from './columns.ts';
import type { ReceivedEvent } from './consume.ts';

type Data = Readonly<Record<string, unknown>>;

/** The one value of an event that a person wants to see first. */
export function headline({ attributes, payload }: ReceivedEvent): string {
  const type = /^accesslink\.(\w+)\.v1$/.exec(attributes['type'] ?? '')?.[1] ?? '';
  const changed = payload.changedFields === undefined ? '' : `changed ${payload.changedFields.join(', ')}`;
  return headlines[type]?.(payload.data) ?? changed;
}

const headlines: Readonly<Record<string, (data: Data) => string>> = {
  ConnectionEstablished: (data) => `${times(list(data['scopes']).length, 'scope')} granted`,
  BackfillStarted: (data) => `${text(data['from'])} to ${text(data['to'])}`,
  BackfillCompleted: (data) =>
    `${text(data['from'])} to ${text(data['to'])}${data['cancelled'] === true ? ', cancelled' : ''}${missing(data)}`,
  SyncStalled: (data) => text(data['reason']),
  SyncRecovered: (data) => `stalled since ${text(data['stalledSince'])}`,
  SleepRecorded: (data) => {
    const hypnogram = inside(data, 'sleepResult', 'hypnogram');
    const [from, to] = [text(hypnogram['sleepStart']), text(hypnogram['sleepEnd'])];
    return `${duration((Date.parse(to) - Date.parse(from)) / 1000)}, ${from.slice(11, 16)} to ${to.slice(11, 16)}`;
  },
  SleepScored: (data) => `score ${rounded(inside(data, 'sleepScore')['sleepScore'])}`,
  NightlyRechargeCalculated: recharge,
  NightlyRechargeRevised: recharge,
  NightlyRechargeSamplesAvailable: () => 'heart rate variability and breathing',
  SessionRecorded: session,
  SessionSamplesAvailable: (data) => `${times(list(data['chunks']).length, 'chunk')} of samples`,
  HeartRateDayUpdated: heartRate,
  HeartRateDayFinalized: (data) => `final, ${heartRate(data)}`,
  SessionDeleted: () => 'gone',
  SleepDeleted: () => 'gone',
};

function missing(data: Data): string {
  const { length } = list(data['missingDays']);
  return length === 0 ? '' : `, ${times(length, 'day')} missing`;
}

function session(data: Data): string {
  const distance = Number(data['distanceMeters']);
  const time = clock(Number(data['durationMillis']) / 1000);
  return distance > 0 ? `${(distance / 1000).toFixed(1)} km in ${time}` : `${text(data['name'])} ${time}`.trim();
}

function recharge(data: Data): string {
  return `ANS ${rounded(data['ansStatus'], 1)}, recovery ${text(data['recoveryIndicator'])} of 6, HRV ${text(data['meanNightlyRecoveryRmssd'])} ms`;
}

function heartRate(data: Data): string {
  const last = Number(data['lastOffsetMillis']) / 1000;
  return `${times(Number(data['count']), 'sample')}, ${text(data['minHeartRate'])} to ${text(data['maxHeartRate'])} bpm, until ${timeOfDay(last)}`;
}

function inside(data: Data, ...path: readonly string[]): Data {
  return path.reduce<Data>((here, step) => (here[step] ?? {}) as Data, data);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function rounded(value: unknown, digits = 0): string {
  return typeof value === 'number' ? value.toFixed(digits) : text(value);
}

function duration(seconds: number): string {
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** 00:41 or 23:59. */
function timeOfDay(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor((seconds % 3600) / 60))}`;
}

/** 54:10 or 1:54:10. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}
