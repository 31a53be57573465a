import { textAt, type Json, type JsonObject } from '#core';

/** Stands for the device in an identity where the provider does not name one. */
export const unknownDevice = 'unknown';

/** What one device recorded of a day. */
export interface DeviceEntries {
  readonly device: string;
  /** More than one where the provider cuts a device's day into several; none where no device is told of. */
  readonly entries: readonly JsonObject[];
}

/**
 * Entries by the device that they came from. A day without any is one of an unknown device, so that it is not read again
 * and again for its lack of facts.
 * @param path where an entry names its device
 */
export function byDevice(entries: readonly JsonObject[], ...path: readonly string[]): readonly DeviceEntries[] {
  if (entries.length === 0) return [{ device: unknownDevice, entries: [] }];
  const devices = Map.groupBy(entries, (entry) => textAt(entry, ...path) || unknownDevice);
  return [...devices].map(([device, ones]) => ({ device, entries: ones }));
}

/** The fields of a device's entries without their series; of several, the last word counts. */
export function restOf(entries: readonly JsonObject[], ...series: readonly string[]): JsonObject {
  return Object.fromEntries(
    entries.flatMap((entry) => Object.entries<Json>(entry).filter(([field]) => !series.includes(field))),
  );
}
