import { type Verdict, verdict } from '#core';

/** What the brokers refuse a publisher. */
export interface RefusedRight {
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  /** Kafka's own name of the error, such as `TOPIC_AUTHORIZATION_FAILED`; COORDINATOR_NOT_SHOWN, where that is all that is told. */
  readonly error: string;
}

const advice =
  'Run what `bridge topics acl --publisher User:NAME` prints, with the name that Kafka knows this user by.';

/** What is refused for the lack of a right, and what the cluster does not have for another reason. */
export function rightVerdicts(refused: readonly RefusedRight[]): readonly Verdict[] {
  if (refused.length === 0) return [verdict.ok('The publisher may make topics, and commit transactions.')];
  return refused.map(rightVerdict);
}

function rightVerdict({ resource, name, error }: RefusedRight): Verdict {
  const what = `the ${resource} ${name}`;
  if (error === 'COORDINATOR_NOT_SHOWN')
    return verdict.broken(`Kafka does not allow the publisher ${what}, or has no coordinator for it yet.`, advice);
  if (error.endsWith('AUTHORIZATION_FAILED'))
    return verdict.broken(`Kafka does not allow the publisher ${what} (${error}).`, advice);
  return verdict.broken(
    `Kafka cannot make ${what} (${error}).`,
    'Correct `topics` in the tenant file, or what the cluster asks of topics (replication, policies).',
  );
}

/** Topics that are there and may not be described. @param detail the broker's words */
export const unseen = (detail: string): Verdict =>
  verdict.broken(`Kafka does not show the publisher how its topics are: ${detail}.`, advice);
