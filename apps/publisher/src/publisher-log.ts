import { isBridgeError } from '#core';
import type { AppLogger } from '#platform';
import type { LaneObserver } from './lane-relay.ts';

/** One line for each batch, takeover and failure. */
export function logObserver(log: AppLogger, lane: number): LaneObserver {
  return {
    opened: (event) => log.info('lane taken over', { lane, ...event }),
    published: ({ batch, milliseconds }) =>
      log.info('batch', {
        lane,
        rows: batch.rows.length,
        bytes: batch.rows.reduce((sum, { bytes }) => sum + bytes, 0),
        last: batch.last,
        claimMs: milliseconds.claim,
        publishMs: milliseconds.publish,
        settleMs: milliseconds.settle,
      }),
    failed: ({ error, fenced, pauseMs }) => {
      if (fenced) log.info('lane fenced', { lane });
      else if (isBridgeError(error) && error.disposition === 'bug') log.error('lane stands still', { lane, error });
      else log.warn('lane failed', { lane, pauseMs, error });
    },
    hintFailed: (error) => log.warn('lane hint not written', { lane, error }),
    parked: ({ row: { tenant, stream, topic, position, bytes }, refusal }) =>
      log.warn('event parked', { lane, tenant, stream, topic, position, bytes, ...refusal }),
    unparked: ({ tenant, stream }) => log.info('parked events released', { lane, tenant, stream }),
  };
}

/** Tells several. */
export function observers(all: readonly Partial<LaneObserver>[]): LaneObserver {
  return {
    opened: (event) => all.forEach((one) => one.opened?.(event)),
    published: (event) => all.forEach((one) => one.published?.(event)),
    failed: (event) => all.forEach((one) => one.failed?.(event)),
    hintFailed: (error) => all.forEach((one) => one.hintFailed?.(error)),
    parked: (event) => all.forEach((one) => one.parked?.(event)),
    unparked: (stream) => all.forEach((one) => one.unparked?.(stream)),
  };
}
