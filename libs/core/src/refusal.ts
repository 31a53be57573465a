/** Why a broker takes everything but this event. */
export const refusalReasons = ['too_large', 'not_authorised', 'bad_topic', 'invalid'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** What an operator does about a reason before the parked events are released; to be put into a sentence. */
export const refusalAdvice: ReadonlyMap<string, string> = new Map(
  Object.entries({
    too_large: 'raise `max.message.bytes` of the topic',
    not_authorised: 'let the publisher write the topic (`bridge topics acl`)',
    bad_topic: 'mend `topics` in the tenant file, or what the cluster asks of topics',
    invalid: 'change the policy of the topic that these messages break',
  } satisfies Record<RefusalReason, string>),
);
