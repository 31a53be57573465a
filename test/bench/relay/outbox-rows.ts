import { createHash } from 'node:crypto';
import { toMessage, type Message } from '#core';

/** What one round of the relay benchmark publishes. All sides make the same bytes from the same numbers. */
export interface Load {
  readonly topicPrefix: string;
  readonly round: number;
  readonly rows: number;
  readonly lanes: number;
  /** Of each payload. */
  readonly bytes: number;
}

const connectionsPerLane = 50;

/** A UUID that is always the same for the same words. */
export function uuidOf(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join(' ')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

export function connectionOf(lane: number, index: number): string {
  return uuidOf('connection', lane, index % connectionsPerLane);
}

/** The lane's rows in order, with the headers of a real event. */
export function messagesOf({ topicPrefix, round, rows, lanes, bytes }: Load, lane: number): readonly Message[] {
  return Array.from({ length: Math.floor(rows / lanes) }, (_, index) => {
    const stream = {
      tenant: 'bench',
      topicPrefix,
      connection: connectionOf(lane, index),
      userReference: `athlete-${lane}-${index % connectionsPerLane}`,
    };
    const event = {
      type: 'SleepScored',
      topic: 'sleep',
      resource: 'sleeps',
      identity: [`${round}-${lane}-${index}`],
      revision: 1,
      mode: 'live' as const,
      observedAt: '2026-11-22T06:00:00.000Z',
      polarModifiedAt: '2026-11-22T05:59:58.000Z',
      utcOffsetMinutes: 60,
      data: {},
    };
    // Sequences rise over all rounds.
    return { ...toMessage(stream, event, round * 10_000_000 + index + 1, null), payload: payloadOf(bytes, index) };
  });
}

/** Numbers, as most of what is recorded; in as many bytes as asked for. */
function payloadOf(bytes: number, seed: number): string {
  const samples = Array.from({ length: Math.ceil(bytes / 6) }, (_, at) => 10_000 + ((seed * 31 + at * 977) % 89_999));
  return `{"data":"${samples.join(',').slice(0, bytes - 11)}"}`;
}
