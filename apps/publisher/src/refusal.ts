import { BridgeError, isBridgeError } from '#core';

/** Why a broker takes everything but this event. */
export const refusalReasons = ['too_large', 'not_authorised', 'bad_topic', 'invalid'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Refusal {
  readonly reason: RefusalReason;
  /** The broker's words. */
  readonly detail: string;
}

const ofTopic: ReadonlySet<RefusalReason> = new Set(['not_authorised', 'bad_topic']);

/** Whether every event of the topic is refused for it. */
export const isOfTopic = ({ reason }: Refusal): boolean => ofTopic.has(reason);

/** The error that a lane's producer throws when the broker has refused what was sent, and nothing of it is published. */
export function refused({ reason, detail }: Refusal, cause: unknown): BridgeError {
  return new BridgeError('EVENT_REFUSED', `the broker refuses an event: ${detail}`, {
    fields: { reason, detail },
    cause,
  });
}

export function refusalOf(error: unknown): Refusal | undefined {
  if (!isBridgeError(error, 'EVENT_REFUSED')) return undefined;
  const { reason, detail } = error.fields;
  return { reason: reason as RefusalReason, detail: String(detail) };
}
