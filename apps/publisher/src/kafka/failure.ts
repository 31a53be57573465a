/** A newer producer has the same transactional id, or the broker has ended our transaction for its age. */
const fencing = new Set(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'PRODUCER_FENCED']);
/** PRODUCER_FENCED by number: kafkajs 2.2.4 has no name for it. */
const producerFenced = 90;
const unknownTopic = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID']);

const movingCoordinator = new Set([
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_LOAD_IN_PROGRESS',
]);

interface KafkaFailure {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** kafkajs wraps the broker's answer into "retries exceeded" and the like: look all the way down. */
function some(error: unknown, test: (failure: KafkaFailure) => boolean): boolean {
  for (let here = error, depth = 0; typeof here === 'object' && here !== null && depth < 8; depth += 1) {
    if (test(here)) return true;
    here = (here as KafkaFailure).cause;
  }
  return false;
}

export function isFenced(error: unknown): boolean {
  return some(error, ({ type, code }) => (typeof type === 'string' && fencing.has(type)) || code === producerFenced);
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

/** A topic was created a moment ago: a broker does not know it yet, or its leader is not elected. It passes. */
export function isTopicAppearing(error: unknown): boolean {
  return isUnknownTopic(error) || some(error, ({ type }) => type === 'LEADER_NOT_AVAILABLE');
}
