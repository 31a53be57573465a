import { BridgeError, type QuotaWindow } from '#core';

const hour = 3_600_000;
const minute = 60_000;

/** A quota window cut into buckets. All times are whole milliseconds. */
export interface BudgetWindow {
  /** `<length>/<width>`: names the window in the state, and is all that the scripts know of its shape. */
  readonly id: string;
  readonly limit: number;
  readonly seconds: number;
  readonly length: number;
  readonly width: number;
}

export type LedgerMinute = { readonly minute: number; readonly requests: number };
/** Requests that count as ended at `time`. */
export type Placement = readonly [time: number, requests: number];

/** @throws BridgeError CONFIG_INVALID when there is no window, or one that can't be kept */
export function toWindows(quota: readonly QuotaWindow[]): readonly BudgetWindow[] {
  if (quota.length === 0) throw new BridgeError('CONFIG_INVALID', 'A quota needs at least one window');
  return quota.map(({ requests, seconds }) => {
    if (!Number.isInteger(requests) || requests < 1 || !(seconds > 0) || !Number.isFinite(seconds)) {
      throw new BridgeError('CONFIG_INVALID', `A quota of ${requests} requests in ${seconds} seconds can't be kept`);
    }
    const length = Math.ceil(seconds * 1000);
    const width = Math.ceil(length / (length <= hour ? 360 : 1440));
    return { id: `${length}/${width}`, limit: requests, seconds, length, width };
  });
}

export function shortest(windows: readonly BudgetWindow[]): BudgetWindow {
  return windows.reduce((least, window) => (window.length < least.length ? window : least));
}

/** The ledger's minute of a time. */
export function minuteOf(time: number): number {
  return Math.floor(time / minute);
}

/** The first minute whose requests can still count at `now`: the one before may have ended its last request too early. */
export function firstMinute(now: number, longest: number, hold: number): number {
  return minuteOf(now - longest - hold) - 1;
}

/** Where lost state puts the ledger's counts: as late as a request of that minute can possibly have ended. */
export function placeMinutes(minutes: readonly LedgerMinute[], hold: number): readonly Placement[] {
  return minutes.map(({ minute: at, requests }) => [(at + 1) * minute + hold, requests]);
}
