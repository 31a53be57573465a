import type { QuotaWindow, Tenant } from '#core';
import type { Random } from '../../simulator/random.ts';

/** From plenty to one request at a time. */
const quotas: readonly (readonly QuotaWindow[])[] = [
  [{ requests: 3000, seconds: 900 }],
  [
    { requests: 12, seconds: 900 },
    { requests: 300, seconds: 36_000 },
  ],
  [{ requests: 6, seconds: 900 }],
  [{ requests: 1, seconds: 180 }],
  [{ requests: 4, seconds: 1500 }],
];

/** The tenant of a run: a short time between two polls, and a quota that is drawn. */
export function tenantOf(draw: Random): Tenant {
  return {
    id: 'acme',
    name: 'acme',
    paused: false,
    polar: {
      clientId: 'client',
      clientSecret: 'secret',
      apiUrl: 'https://provider.example',
      authUrl: 'https://auth.example',
    },
    quota: draw.pick(quotas),
    returnUrls: [],
    resources: 'all',
    polling: {
      minSeconds: 1800,
      maxSeconds: 5400,
      backfillDays: 0,
      confirmDeletionSeconds: 2700,
      finaliseSeconds: 86_400,
    },
    topics: { prefix: 'polar.acme', partitions: 1, replication: 1, retentionHours: 168, state: false },
  };
}
