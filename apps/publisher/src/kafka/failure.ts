import { isBridgeError, type RefusalReason } from '#core';
import type { Refusal } from '../refusal.ts';

/** A newer producer has the same transactional id, or the broker has ended our transaction for its age. */
const fencing = new Set(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'PRODUCER_FENCED']);
/** PRODUCER_FENCED by number: kafkajs 2.2.4 has no name for it. */
const producerFenced = 90;
const unknownTopic = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID']);

/** What a broker answers about a message or its topic. Whatever passes by itself, or concerns all of them, is none of these. */
const refusals: Readonly<Record<string, RefusalReason>> = {
  MESSAGE_TOO_LARGE: 'too_large',
  RECORD_LIST_TOO_LARGE: 'too_large',
  TOPIC_AUTHORIZATION_FAILED: 'not_authorised',
  // Another topic of the same transaction may not be written: the row is not found before it is alone.
  OPERATION_NOT_ATTEMPTED: 'not_authorised',
  INVALID_TOPIC_EXCEPTION: 'bad_topic',
  POLICY_VIOLATION: 'bad_topic',
  INVALID_RECORD: 'invalid',
};
/** INVALID_RECORD by number: kafkajs 2.2.4 has no name for it. */
const invalidRecord = 87;

const movingCoordinator = new Set([
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_LOAD_IN_PROGRESS',
]);

export interface KafkaFailure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly broker?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** kafkajs wraps the broker's answer into "retries exceeded", and several into one: look all the way down. */
export function find(error: unknown, test: (failure: KafkaFailure) => boolean, depth = 8): KafkaFailure | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  if (test(error)) return error;
  const { cause, errors } = error as KafkaFailure;
  for (const inner of [cause, ...(errors ?? [])]) {
    const found = find(inner, test, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const some = (error: unknown, test: (failure: KafkaFailure) => boolean): boolean => find(error, test) !== undefined;

export function isFenced(error: unknown): boolean {
  return some(error, ({ type, code }) => (typeof type === 'string' && fencing.has(type)) || code === producerFenced);
}

/** @returns why a broker does not take a message for its own sake; undefined for whatever else has gone wrong */
export function refusalIn(error: unknown): Refusal | undefined {
  let refusal: Refusal | undefined;
  some(error, ({ type, code, message }) => {
    const reason = code === invalidRecord ? 'invalid' : typeof type === 'string' ? refusals[type] : undefined;
    if (reason !== undefined) refusal = { reason, detail: String(message) };
    else if (isBridgeError(error, 'TOPIC_INVALID')) refusal = { reason: 'bad_topic', detail: error.message };
    return refusal !== undefined;
  });
  return refusal;
}

export function isUnknownTopic(error: unknown): boolean {
  return some(
    error,
    ({ type, name }) => (typeof type === 'string' && unknownTopic.has(type)) || name === 'KafkaJSMetadataNotLoaded',
  );
}

/** The coordinator of a group or a transaction is being appointed, or has just moved. It passes. */
export function isCoordinatorMoving(error: unknown): boolean {
  return some(error, ({ type }) => typeof type === 'string' && movingCoordinator.has(type));
}

/** The transaction before is not quite over. kafkajs waits for that before rows, and not before offsets. It passes. */
export function isTransactionEnding(error: unknown): boolean {
  return some(error, ({ type }) => type === 'CONCURRENT_TRANSACTIONS');
}

/** A topic was created a moment ago: a broker does not know it yet, or its leader is not elected. It passes. */
export function isTopicAppearing(error: unknown): boolean {
  return isUnknownTopic(error) || some(error, ({ type }) => type === 'LEADER_NOT_AVAILABLE');
}
