import { DAY, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import { created, NOTHING, onOne, other, pastItem, revised } from '../world/kept-facts.ts';
import { textAt } from '../world/kept.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'subscriptions';
const PRODUCTS = ['POLAR_FLOW_PREMIUM', 'POLAR_FITNESS_PROGRAM'];
const STATUSES = ['ACTIVE', 'CANCELLED', 'PAUSED', 'IN_GRACE_PERIOD', 'EXPIRED'];

export const subscriptions: Definition = {
  resource: RESOURCE,
  path: '/subscriptions',
  content: { many: (history) => history.all(RESOURCE).map(({ body }) => body) },
  facts: {
    'subscription-start': {
      weight: 0,
      share: 1,
      happen: (scene) => {
        const nr = scene.history.all(RESOURCE).length;
        const product = PRODUCTS[nr];
        return product === undefined
          ? NOTHING
          : [created(scene, RESOURCE, 'subscription-start', (brush) => subscription(product, brush))];
      },
    },
    'subscription-renew': {
      weight: 0,
      share: 2,
      happen: (scene) =>
        onOne(
          scene,
          RESOURCE,
          (body) => body['status'] === 'ACTIVE',
          (kept) => [
            revised(scene, RESOURCE, 'subscription-renew', kept, (body, { at }) => ({
              ...body,
              expiresAt: utc(Date.parse(textAt(body, 'expiresAt')) + 30 * DAY),
              ...marked(body, 'RENEWED', at),
            })),
          ],
        ),
    },
    'subscription-status': {
      weight: 0,
      share: 2,
      happen: (scene) =>
        onOne(
          scene,
          RESOURCE,
          () => true,
          (kept) => [
            revised(scene, RESOURCE, 'subscription-status', kept, (body, { at, draw }) => {
              const status = other(draw, STATUSES, body['status']);
              return { ...body, status, ...marked(body, String(status), at) };
            }),
          ],
        ),
    },
  },
  past: (history, { local, days }) => [
    pastItem(history, RESOURCE, local - days * DAY, (brush) => subscription(PRODUCTS[0] ?? '', brush)),
  ],
};

function subscription(subscriptionProductName: string, brush: Brush): Body {
  const { at } = brush;
  return fill('subscriptionUserSubscription', brush, {
    subscriptionPlan: {
      subscriptionProduct: { subscriptionProductName, entitlements: [{ name: 'TRAINING_PLANS' }] },
      duration: 'P1M',
    },
    status: 'ACTIVE',
    expiresAt: utc(at + 30 * DAY),
    isFreeTrial: false,
    eventLogs: [{ event: 'CREATED', generatedBy: 'STORE', createdAt: utc(at) }],
  });
}

/** The log only ever grows. */
function marked(body: Body, event: string, at: number): Body {
  const before = body['eventLogs'] as readonly Body[];
  return { modifiedAt: utc(at), eventLogs: [...before, { event, generatedBy: 'STORE', createdAt: utc(at) }] };
}
