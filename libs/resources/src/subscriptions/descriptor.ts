import { defineResource, textAt, whole, type Fact, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

/** What the athlete has subscribed to at Polar. */
export const descriptor = defineResource({
  name: 'subscriptions',
  scope: 'user_subscription:read',
  topic: 'subscription',
  request: whole({ path: '/subscriptions', pace: 288 }),
  // Documented with two wrappers; one, as Nightly Recharge has it (observed live), is a guess.
  envelope: [['userSubscriptions'], ['userSubscriptions', 'userSubscriptions']],
  schema: upstream as UpstreamSchema,
  entities: {
    subscription: {
      events: {
        recorded: 'SubscriptionStarted',
        // No turn of `status`: it would tell of the same revision by the same type as a change of another field does.
        revised: 'SubscriptionStatusChanged',
        turns: [
          { field: 'status', to: 'EXPIRED', type: 'SubscriptionExpired' },
          { field: 'expiresAt', type: 'SubscriptionRenewed' },
        ],
      },
      // The log says again what the fields say: an entry comes with a new status or a new end, and by itself is no news.
      volatile: ['modifiedAt', 'eventLogs'],
    },
  },
  facts: (subscription): readonly Fact[] => [
    {
      entity: 'subscription',
      identity: [
        textAt(subscription, 'subscriptionPlan', 'subscriptionProduct', 'subscriptionProductName') ?? '',
        textAt(subscription, 'subscriptionPlan', 'store') ?? 'STORE_UNKNOWN',
        textAt(subscription, 'createdAt') ?? '',
      ],
      date: null,
      marker: textAt(subscription, 'modifiedAt') ?? null,
      content: subscription,
      polarModifiedAt: textAt(subscription, 'modifiedAt') ?? null,
      utcOffsetMinutes: null,
    },
  ],
});
