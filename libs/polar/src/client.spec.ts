import { describe, expect, it } from '@jest/globals';
import {
  advance,
  BridgeError,
  emptyCursor,
  firstSchedule,
  type Fetched,
  type Tenant,
  type Tick,
  type Window,
} from '#core';
import { resources } from '#resources';
import { Breakers } from './breakers.ts';
import { createPolarClient, type PolarClientOptions } from './client.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const quota = [
  { requests: 3000, seconds: 1200 },
  { requests: 100_000, seconds: 86_400 },
];

function tickOf(name: string, overrides: Partial<Tick> = {}): Tick {
  const resource = resources.find((one) => one.name === name);
  if (resource === undefined) throw new Error(`no resource ${name}`);
  return {
    resource,
    kind: 'live',
    connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-01-01' },
    polling: {
      minSeconds: 300,
      maxSeconds: 43_200,
      backfillDays: 28,
      confirmDeletionSeconds: 3600,
      finaliseSeconds: 86_400,
    },
    topicPrefix: 'polar.acme',
    keepsState: false,
    cursor: emptyCursor,
    intervalSeconds: 300,
    schedule: firstSchedule(resource, { minSeconds: 300, maxSeconds: 43_200 }),
    failures: 0,
    leaseToken: 'lease',
    at: now,
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...overrides,
  };
}

const listing: Window = { phase: 'list', from: '2026-05-19', to: '2026-06-16', features: [], reason: 'listing' };
const dayOf = (date: string, reason: Window['reason'] = 'wanted'): Window => ({
  phase: 'detail',
  from: `2026-06-${date}`,
  to: `2026-06-${String(Number(date) + 1)}`,
  features: ['sleep-result', 'sleep-score'],
  reason,
});

type Reply = { readonly status: number; readonly body?: string } | BridgeError;

/** A client whose provider gives these answers, one after the other. */
function setup(
  replies: readonly Reply[],
  apiUrl = 'https://provider.example/v4/data/',
  tenants = (tenant: Tenant): readonly Tenant[] => [tenant],
) {
  const sent: string[] = [];
  const lanes: string[] = [];
  const paused: [string, number][] = [];
  const outcomes: string[] = [];
  const paid: string[] = [];
  let next = 0;
  const tenant: Tenant = {
    id: 'acme',
    name: 'acme',
    paused: false,
    polar: { clientId: 'client', clientSecret: 'secret', apiUrl, authUrl: 'https://auth.example' },
    quota,
    returnUrls: [],
    resources: 'all',
    polling: tickOf('sleeps').polling,
    topics: { prefix: 'polar.acme', partitions: 1, replication: 1, retentionHours: 1, state: false },
  };
  const options: PolarClientOptions = {
    dispatch: async ({ url }) => {
      sent.push(url.href);
      const reply = replies[(next += 1) - 1] ?? { status: 200, body: '{}' };
      if (reply instanceof BridgeError) throw reply;
      return { headers: {}, body: '', ...reply };
    },
    tokens: { accessToken: async () => 'token', refused: () => undefined },
    budget: {
      charge: async (_, lane) => {
        lanes.push(lane);
        return { settle: async () => undefined };
      },
      pause: async (tenant, until) => {
        paused.push([tenant, until]);
      },
      usage: async () => ({ windows: [], pausedUntil: null }),
    },
    breakers: new Breakers({ now: () => now, random: () => 0.5 }),
    tenants: { get: () => tenant, all: () => tenants(tenant) },
    now: () => now,
    onRequest: ({ tenant, resource, outcome, seconds }) => {
      expect(seconds).toBeGreaterThanOrEqual(0);
      outcomes.push(`${tenant} ${resource} ${outcome}`);
    },
    onPaid: (tenant, purpose) => paid.push(`${tenant} ${purpose}`),
  };
  return { client: createPolarClient(options), sent, lanes, paused, outcomes, paid };
}

const codes = (fetched: readonly Fetched[]): readonly string[] => fetched.map(({ failure }) => failure?.code ?? 'ok');
const nights = (...dates: readonly string[]): Reply => ({
  status: 200,
  body: JSON.stringify({ nightSleeps: dates.map((date) => ({ sleepDate: date })) }),
});
const down: Reply = { status: 500, body: 'Unexpected error occurred' };
const outOfBudget = new BridgeError('BUDGET_EXHAUSTED', 'used up', { waitUntil: now + 5000 });

describe('a tenant that is not served', () => {
  it.each<[string, (tenant: Tenant) => readonly Tenant[]]>([
    ['paused', (tenant) => [{ ...tenant, paused: true }]],
    ['removed', (tenant) => [{ ...tenant, id: 'beta' }]],
  ])('and was %s gets no request', async (_, tenants) => {
    const { client, sent, lanes, paid } = setup([], undefined, tenants);
    await expect(client.fetch(tickOf('sleeps'), [listing])).rejects.toMatchObject({
      code: 'TENANT_NOT_SERVED',
      disposition: 'wait',
    });
    expect([sent, lanes, paid]).toEqual([[], [], []]);
  });

  it('gets no further request when that happens during a poll, and what was fetched is kept', async () => {
    let looks = 0;
    const { client, sent } = setup([nights('2026-06-14')], undefined, (tenant) => [{ ...tenant, paused: looks++ > 0 }]);
    const fetched = await client.fetch(tickOf('sleeps'), [listing, dayOf('14'), dayOf('13')]);
    expect(codes(fetched)).toEqual(['ok', 'TENANT_NOT_SERVED', 'BUDGET_EXHAUSTED']);
    expect(sent).toHaveLength(1);
    // No try of a day was used up.
    const { cursor } = advance(tickOf('sleeps'), fetched, {
      events: [],
      missing: [],
      wanted: ['2026-06-14'],
      open: {},
    });
    expect(cursor.wanted).toEqual({ '2026-06-14': { since: new Date(now).toISOString(), tries: 0, notBefore: 0 } });
  });
});

describe('a request', () => {
  it('names days, and repeats the key of features', async () => {
    const { client, sent } = setup([]);
    await client.fetch(tickOf('sleeps'), [listing, dayOf('14')]);
    expect(sent).toEqual([
      'https://provider.example/v4/data/sleeps?from=2026-05-19&to=2026-06-16',
      'https://provider.example/v4/data/sleeps?from=2026-06-14&to=2026-06-15&features=sleep-result&features=sleep-score',
    ]);
  });

  it.each([
    ['training-sessions', 'date', '2026-05-19T00:00:00', '2026-05-19'],
    ['sleeps', 'datetime', '2026-05-19', '2026-05-19T00:00:00'],
  ])('spells the dates of %s as the provider asks, from then on', async (name, asked, before, after) => {
    const refused = { status: 400, body: `{"errorMessage":"Value for key 'from' could not be parsed as ${asked}"}` };
    const { client, sent, outcomes, paid } = setup([refused]);
    const fetched = await client.fetch(tickOf(name), [listing, listing]);
    expect(paid).toEqual(['acme listing', 'acme listing', 'acme listing']);
    expect(sent.map((url) => new URL(url).searchParams.get('from'))).toEqual([before, after, after]);
    expect(codes(fetched)).toEqual(['ok', 'ok']);
    expect(outcomes).toEqual([`acme ${name} ok`, `acme ${name} ok`]);
  });

  it('does not go back and forth when no spelling is good enough', async () => {
    const refused = { status: 400, body: '{"errorMessage":"Value for key \'from\' could not be parsed as date"}' };
    const { client, sent } = setup([refused, refused]);
    await expect(client.fetch(tickOf('sleeps'), [listing])).rejects.toMatchObject({ code: 'PROVIDER_REJECTED' });
    expect(sent).toHaveLength(1);
  });

  it('names local times without an offset where the provider wants them', async () => {
    const { client, sent } = setup([], 'https://provider.example/v4/data');
    await client.fetch(tickOf('training-sessions'), [listing]);
    const url = new URL(sent[0] ?? '');
    expect(url.pathname).toBe('/v4/data/training-sessions/list');
    expect([...url.searchParams]).toEqual([
      ['from', '2026-05-19T00:00:00'],
      ['to', '2026-06-16T00:00:00'],
    ]);
  });

  it.each<[Window['reason'], string]>([
    ['listing', 'hot'],
    ['wanted', 'detail'],
    ['final', 'warm'],
    ['sweep', 'cold'],
    ['suspect', 'cold'],
    ['control', 'cold'],
  ])('for a %s goes by the lane %s, and in a backfill by its own', async (reason, lane) => {
    const { client, lanes, paid } = setup([]);
    await client.fetch(tickOf('sleeps'), [{ ...listing, reason }]);
    await client.fetch(tickOf('sleeps', { kind: 'backfill' }), [{ ...listing, reason }]);
    expect(lanes).toEqual([lane, 'backfill']);
    expect(paid).toEqual([`acme ${reason}`, 'acme backfill']);
  });
});

describe('fetch', () => {
  it('gives the facts of every request, and asks for nothing when there is nothing to ask', async () => {
    const { client, outcomes, sent } = setup([nights('2026-06-14'), { status: 404 }]);
    const fetched = await client.fetch(tickOf('sleeps'), [listing, dayOf('14')]);
    expect(fetched.map(({ facts, empty }) => [facts.length, empty])).toEqual([
      [1, false],
      [0, true],
    ]);
    expect(outcomes).toEqual(['acme sleeps ok', 'acme sleeps ok']);
    expect(await client.fetch(tickOf('sleeps'), [])).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  it('notes a single day that fails, and goes on', async () => {
    const { client, outcomes } = setup([nights(), down, nights('2026-06-12'), { status: 200, body: '<html>' }]);
    const fetched = await client.fetch(tickOf('sleeps'), [
      listing,
      dayOf('13'),
      dayOf('12', 'sweep'),
      dayOf('11', 'suspect'),
    ]);
    expect(codes(fetched)).toEqual(['ok', 'PROVIDER_UNAVAILABLE', 'ok', 'PROVIDER_BODY_BROKEN']);
    expect(fetched[1]).toMatchObject({ facts: [], empty: false });
    expect(outcomes[1]).toBe('acme sleeps PROVIDER_UNAVAILABLE');
  });

  it('notes single days that fail even when nothing else was asked', async () => {
    const { client } = setup([down, down]);
    expect(codes(await client.fetch(tickOf('sleeps'), [dayOf('13'), dayOf('12')]))).toEqual([
      'PROVIDER_UNAVAILABLE',
      'PROVIDER_UNAVAILABLE',
    ]);
  });

  it('notes a single day that fails and takes the last request', async () => {
    const { client } = setup([down, outOfBudget]);
    expect(codes(await client.fetch(tickOf('sleeps'), [dayOf('13'), dayOf('12'), dayOf('11')]))).toEqual([
      'PROVIDER_UNAVAILABLE',
      'BUDGET_EXHAUSTED',
      'BUDGET_EXHAUSTED',
    ]);
  });

  it.each<[string, Reply, string]>([
    ['the listing', down, 'PROVIDER_UNAVAILABLE'],
    ['the listing, by its shape', { status: 200, body: '{"other":[]}' }, 'PROVIDER_SCHEMA_UNKNOWN'],
    ['the token', { status: 401 }, 'TOKEN_REJECTED'],
    ['the scope', { status: 403, body: 'Missing required scope: sleep:read' }, 'SCOPE_MISSING'],
    ['the budget', outOfBudget, 'BUDGET_EXHAUSTED'],
  ])('fails when %s fails before anything was fetched', async (_, reply, code) => {
    const { client, sent } = setup([reply, reply]);
    await expect(client.fetch(tickOf('sleeps'), [listing, dayOf('13')])).rejects.toMatchObject({ code });
    expect(sent.every((url) => url.includes('2026-05-19'))).toBe(true);
  });

  it('fails as a whole when the control fails: the provider is down, and the day is not tried', async () => {
    const { client, sent } = setup([down]);
    const control: Window = { ...listing, from: '2026-06-15', reason: 'control' };
    await expect(client.fetch(tickOf('sleeps'), [control, dayOf('13')])).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
    expect(sent).toHaveLength(1);
  });

  it('keeps what was fetched when the budget ends midway, and what was not tried stays wanted as it was', async () => {
    const { client, sent } = setup([nights(), nights('2026-06-14'), outOfBudget]);
    const wanted = Object.fromEntries(
      ['14', '13', '12'].map((date) => [`2026-06-${date}`, { since: 's', tries: 2, notBefore: 7 }]),
    );
    const tick = tickOf('sleeps', { cursor: { ...emptyCursor, wanted } });
    const fetched = await client.fetch(tick, [listing, dayOf('14'), dayOf('13'), dayOf('12')]);
    expect(codes(fetched)).toEqual(['ok', 'ok', 'BUDGET_EXHAUSTED', 'BUDGET_EXHAUSTED']);
    expect(fetched.map(({ window }) => window.from)).toEqual(['2026-05-19', '2026-06-14', '2026-06-13', '2026-06-12']);
    expect(sent).toHaveLength(3);
    const { cursor } = advance(tick, fetched, { events: [], missing: [], wanted: [], open: {} });
    expect(cursor.wanted).toEqual({ '2026-06-13': wanted['2026-06-13'], '2026-06-12': wanted['2026-06-12'] });
  });

  it('ends at a second range that fails, and keeps the first', async () => {
    const { client } = setup([nights('2026-06-01'), down]);
    const windows: Window[] = [listing, { ...listing, from: '2026-06-15' }, dayOf('13')];
    expect(codes(await client.fetch(tickOf('sleeps'), windows))).toEqual([
      'ok',
      'PROVIDER_UNAVAILABLE',
      'BUDGET_EXHAUSTED',
    ]);
  });

  it('has the whole tenant wait after a 429, for the shortest window where nothing is said', async () => {
    const { client, paused } = setup([{ status: 429 }]);
    await expect(client.fetch(tickOf('sleeps'), [listing])).rejects.toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      waitUntil: now + 1_200_000,
    });
    expect(paused).toEqual([['acme', now + 1_200_000]]);
  });

  it('hides no mistake of ours behind a code', async () => {
    const { client } = setup([]);
    const tick = tickOf('sleeps');
    const odd: Tick = {
      ...tick,
      resource: {
        ...tick.resource,
        facts: () => {
          throw new TypeError('ours');
        },
      },
    };
    const { client: one } = setup([nights('2026-06-14')]);
    await expect(one.fetch(odd, [listing])).rejects.toThrow(TypeError);
    expect(await client.fetch(odd, [listing])).toHaveLength(1);
  });
});
