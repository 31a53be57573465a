import { BridgeError, isBridgeError, type RefusalReason } from '#core';

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
