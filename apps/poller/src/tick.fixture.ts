import { emptyCursor, firstSchedule, type Resource, type Tenant, type Tick } from '#core';

export const now = Date.parse('2026-06-15T12:00:00Z');

export const tenant: Tenant = {
  id: 'acme',
  name: 'acme',
  paused: false,
  polar: { clientId: 'client', clientSecret: 'secret', apiUrl: 'https://api.example', authUrl: 'https://auth.example' },
  quota: [{ requests: 3000, seconds: 900 }],
  returnUrls: [],
  resources: 'all',
  polling: {
    minSeconds: 300,
    maxSeconds: 43_200,
    backfillDays: 28,
    confirmDeletionSeconds: 3600,
    finaliseSeconds: 86_400,
  },
  topics: { prefix: 'polar.acme', partitions: 6, replication: 3, retentionHours: 168, state: false },
};

export function tickOf(resources: readonly Resource[], name: string): Tick {
  const resource = resources.find((one) => one.name === name);
  if (resource === undefined) throw new Error(`no resource ${name}`);
  return {
    resource,
    kind: 'live',
    connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 120, establishedOn: '2026-06-01' },
    polling: tenant.polling,
    topicPrefix: tenant.topics.prefix,
    keepsState: tenant.topics.state,
    cursor: emptyCursor,
    intervalSeconds: 300,
    schedule: firstSchedule(resource, tenant.polling),
    failures: 0,
    leaseToken: 'lease',
    at: now,
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}
