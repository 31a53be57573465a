import { objectsAt, textAt, type JsonObject } from '#core';

/**
 * How long the watch touched the skin: from each change to the next one, and from the last one to the end of the period.
 * @returns whole seconds; null where the provider tells of no change, which is no proof of either
 */
export function wornSeconds(period: JsonObject): number | null {
  const changes = objectsAt(period, 'skinContactChanges')
    .map((change) => ({ at: Number(textAt(change, 'recordingTimeDeltaMilliseconds')), worn: change['skinContact'] }))
    .filter(({ at }) => Number.isFinite(at))
    .toSorted((a, b) => a.at - b.at);
  if (changes.length === 0) return null;
  const end = millisOf(period, 'stopTime') - millisOf(period, 'startTime');
  const millis = changes
    .map(({ at, worn }, index) => (worn === true ? (changes[index + 1]?.at ?? end) - at : 0))
    .filter((lasted) => lasted > 0)
    .reduce((total, lasted) => total + lasted, 0);
  return Math.round(millis / 1000);
}

/** Local times without an offset: their distance is that of the clock, an hour wrong over a time change. */
function millisOf(period: JsonObject, field: string): number {
  return Date.parse(`${textAt(period, field) ?? ''}Z`);
}
