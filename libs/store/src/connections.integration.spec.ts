import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '#core';
import { createConnectionStore, type Connection, type ConnectionChange, type Establishment } from './connections.ts';
import { createConsentStore } from './consents.ts';
import { createCredentialStore, type SealedTokens } from './credentials.ts';
import type { Database } from './database.ts';
import { eventOf, snapshotOf, StoreBench, walks, changesOf } from './store.fixture.ts';
import { record } from './record.ts';

const at = new Date('2026-06-15T12:00:00Z');

let bench: StoreBench;
let auth: Database;
beforeAll(async () => {
  bench = await StoreBench.open();
  auth = bench.as('accesslink_bridge_auth');
});
afterAll(() => bench.close());

const tokensOf = (name: string, keyId = 'k1'): SealedTokens => ({
  keyId,
  accessToken: Buffer.from(`access ${name}`),
  refreshToken: Buffer.from(`refresh ${name}`),
  accessExpiresAt: new Date('2026-06-15T13:00:00Z'),
});

const event = (identity: string): DomainEvent => ({ ...eventOf(walks, identity), type: 'ConnectionEstablished' });

const change = (connection: Connection, changes: Partial<ConnectionChange> = {}): ConnectionChange => ({
  connection,
  events: [],
  tokens: 'keep',
  enrol: false,
  forgetData: false,
  forgetAthlete: false,
  tellAnew: false,
  ...changes,
});

const action = { actor: 'test', action: 'tested', tenant: 'acme', subject: null };

async function link(): Promise<string> {
  const id = randomUUID();
  const expiresAt = new Date('2026-06-16T12:00:00Z');
  const about = {
    id,
    tenant: 'acme',
    userReference: 'r',
    scopes: ['walks:read'],
    returnUrl: null,
    expiresAt,
    usedAt: null,
  };
  await createConsentStore(auth).addLink(about, { ...action, subject: id });
  return id;
}

const establishment = async (userReference: string, polarUserId: string | null = null): Promise<Establishment> => ({
  link: await link(),
  tenant: 'acme',
  userReference,
  polarUserId,
  topicPrefix: 'polar.acme',
  at,
});

const fresh = ({ userReference, polarUserId }: Establishment): Connection => ({
  id: randomUUID(),
  tenant: 'acme',
  userReference,
  polarUserId,
  scopes: ['walks:read'],
  status: 'active',
  statusReason: null,
  lifecycleRevision: 1,
  establishedAt: at,
  updatedAt: at,
});

/** A consent as it is decided on: the known connection is kept, a twin refuses it. */
function establish(what: Establishment) {
  return createConnectionStore(auth).establish(what, (known, twin) =>
    twin === undefined
      ? change(known ?? fresh(what), {
          tokens: tokensOf(what.userReference),
          enrol: true,
          events: known ? [] : [event('1')],
        })
      : ('account_in_use' as const),
  );
}

async function established(): Promise<Connection> {
  const outcome = await establish(await establishment(randomUUID()));
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

describe('a consent', () => {
  it('of one reference, many times at once, makes one connection and tells of it once', async () => {
    const reference = randomUUID();
    const consents = await Promise.all(Array.from({ length: 6 }, () => establishment(reference)));
    const outcomes = await Promise.all(consents.map((one) => establish(one)));
    const ids = new Set(outcomes.map((one) => (typeof one === 'string' ? one : one.id)));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect(await bench.eventTypes(id)).toEqual(['ConnectionEstablished']);
    expect(await createCredentialStore(auth).find(id)).toMatchObject({ version: 6 });
  });

  it('with one Polar account for two references at once succeeds for one of them', async () => {
    const account = randomUUID();
    const consents = [await establishment(randomUUID(), account), await establishment(randomUUID(), account)];
    const outcomes = await Promise.all(consents.map((one) => establish(one)));
    expect(outcomes.filter((one) => one === 'account_in_use')).toHaveLength(1);
  });

  it('with a link that two use at once leaves nothing of the second', async () => {
    const [first, second] = [await establishment(randomUUID()), await establishment(randomUUID())];
    const outcomes = await Promise.all([establish(first), establish({ ...second, link: first.link })]);
    expect(outcomes.filter((one) => one === 'link_used')).toHaveLength(1);
    const connections = await bench.db
      .selectFrom('connections')
      .select('id')
      .where('user_reference', 'in', [first.userReference, second.userReference])
      .execute();
    expect(connections).toHaveLength(1);
  });

  it('that is refused leaves the link to be used again', async () => {
    const one = await establishment(randomUUID());
    expect(await createConnectionStore(auth).establish(one, () => 'refused' as const)).toBe('refused');
    expect(await createConsentStore(auth).findLink(one.link)).toMatchObject({ usedAt: null });
    expect(await establish(one)).toMatchObject({ userReference: one.userReference });
    expect(await createConsentStore(auth).findLink(one.link)).toMatchObject({ usedAt: at });
  });

  it('after the end of a relationship begins a new one', async () => {
    const old = await established();
    await createConnectionStore(auth).change(old.id, 'polar.acme', (one) => change({ ...one, status: 'revoked' }));
    const outcome = await establish(await establishment(old.userReference));
    expect(outcome).toMatchObject({ userReference: old.userReference, status: 'active' });
    expect(outcome).not.toMatchObject({ id: old.id });
  });
});

describe('a change of a connection', () => {
  it('is not made when its events cannot be', async () => {
    const { id } = await established();
    const changed = createConnectionStore(auth).change(id, 'polar.acme', (one) =>
      change({ ...one, status: 'revoked' }, { tokens: 'destroy', forgetData: true, events: [event('1')] }),
    );
    await expect(changed).rejects.toMatchObject({ code: 'DATABASE_CONFLICT' });
    expect(await createConnectionStore(auth).find(id)).toMatchObject({ status: 'active' });
    expect(await createCredentialStore(auth).find(id)).toBeDefined();
  });

  it('is decided on what the one before it left', async () => {
    const { id } = await established();
    const store = createConnectionStore(auth);
    const raise = () =>
      store.change(id, 'polar.acme', (one) => change({ ...one, lifecycleRevision: one.lifecycleRevision + 1 }));
    await Promise.all(Array.from({ length: 8 }, raise));
    expect(await store.find(id)).toMatchObject({ lifecycleRevision: 9 });
  });

  it('that comes of tokens of the past is not made', async () => {
    const { id } = await established();
    const store = createConnectionStore(auth);
    const degrade = (one: Connection) => change({ ...one, status: 'degraded' });
    expect(await store.change(id, 'polar.acme', degrade, { version: 7 })).toMatchObject({ status: 'active' });
    expect(await store.change(id, 'polar.acme', degrade, { version: 1 })).toMatchObject({ status: 'degraded' });
    expect(await store.change(randomUUID(), 'polar.acme', degrade)).toBeUndefined();
  });

  it('that has all told anew counts what is known as gone, and polls from the beginning', async () => {
    const { id } = await established();
    await bench.target(id, walks);
    const tick = await bench.tick(id, walks);
    await record(bench.poller, tick, changesOf(tick, { snapshots: [snapshotOf(walks, ['one'], { revision: 3 })] }));
    const lose = (one: Connection) => change({ ...one, status: 'needs_reauth' }, { tellAnew: true, tokens: 'destroy' });
    await createConnectionStore(auth).change(id, 'polar.acme', lose);
    const left = bench.db.selectFrom('snapshots').select(['revision', 'gone_at']).where('connection', '=', id);
    expect(await left.execute()).toEqual([{ revision: 4, gone_at: at }]);
    expect(await bench.db.selectFrom('poll_targets').selectAll().where('connection', '=', id).execute()).toEqual([]);
  });

  it('leaves no version of tokens to come twice', async () => {
    const one = await established();
    const again = await establishment(one.userReference);
    const destroy = (now: Connection) => change({ ...now, status: 'needs_reauth' }, { tokens: 'destroy' });
    await createConnectionStore(auth).change(one.id, 'polar.acme', destroy);
    await establish(again);
    expect(await createCredentialStore(auth).find(one.id)).toMatchObject({ version: 2 });
  });

  it('that forgets the data has all of it fetched anew when the athlete comes back', async () => {
    const { id } = await established();
    await bench.target(id, walks);
    const tick = await bench.tick(id, walks);
    await record(bench.poller, tick, changesOf(tick, { snapshots: [snapshotOf(walks, ['a'])], utcOffsetMinutes: 60 }));
    await createConnectionStore(auth).change(id, 'polar.acme', (one) => change(one, { forgetData: true }));
    const row = await bench.db.selectFrom('connections').selectAll().where('id', '=', id).executeTakeFirst();
    expect(row).toMatchObject({ enrolled_plan: null, utc_offset_minutes: null });
    expect(await bench.targets(id)).toEqual([]);
    expect(await bench.db.selectFrom('snapshots').select('identity').where('connection', '=', id).execute()).toEqual(
      [],
    );
  });
});

describe('stored tokens', () => {
  const store = () => createCredentialStore(auth);

  it('are replaced by one at a time, each seeing the version before', async () => {
    const { id } = await established();
    const seen: number[] = [];
    const refresh = () =>
      store().exclusively(
        id,
        () => at,
        (locked) => {
          seen.push(locked.version);
          return Promise.resolve(tokensOf('new'));
        },
      );
    expect(await Promise.all([1, 2, 3, 4].map(refresh))).toEqual([true, true, true, true]);
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(await store().find(id)).toMatchObject({
      version: 5,
      accessToken: Buffer.from('access new'),
      refreshedAt: at,
    });
  });

  it('stay as they are when the refresh fails or finds nothing to do', async () => {
    const { id } = await established();
    const before = await store().find(id);
    const failing = store().exclusively(
      id,
      () => at,
      () => Promise.reject(new Error('provider is down')),
    );
    await expect(failing).rejects.toThrow('provider is down');
    expect(
      await store().exclusively(
        id,
        () => at,
        () => Promise.resolve(undefined),
      ),
    ).toBe(true);
    expect(await store().find(id)).toEqual(before);
    expect(
      await store().exclusively(
        randomUUID(),
        () => at,
        () => Promise.resolve(tokensOf('x')),
      ),
    ).toBe(false);
  });

  it('are rescued only while nobody stored newer ones', async () => {
    const { id } = await established();
    expect(await store().rescue(id, 2, tokensOf('stranger'), at)).toBe(false);
    expect(await store().find(id)).toMatchObject({ version: 1 });
    await store().countFailure(id);
    expect(await store().rescue(id, 1, tokensOf('rescued'), at)).toBe(true);
    expect(await store().find(id)).toMatchObject({
      version: 2,
      refreshFailures: 0,
      refreshToken: Buffer.from('refresh rescued'),
    });
    expect(await store().rescue(id, 1, tokensOf('late'), at)).toBe(false);
    expect(await store().find(id)).toMatchObject({ refreshToken: Buffer.from('refresh rescued') });
  });

  it('count their failures, from nothing again after a success', async () => {
    const { id } = await established();
    expect([await store().countFailure(id), await store().countFailure(id)]).toEqual([1, 2]);
    await store().exclusively(
      id,
      () => at,
      () => Promise.resolve(tokensOf('new')),
    );
    expect(await store().countFailure(id)).toBe(1);
    expect(await store().countFailure(randomUUID())).toBe(0);
  });
});

describe('an erasure', () => {
  const rows = async (id: string): Promise<number> =>
    (await bench.db.selectFrom('outbox').select('id').where('aggregateid', 'like', `${id}%`).execute()).length;
  const relayed = (position: number) => bench.db.updateTable('lanes').set({ relayed: position }).execute();
  const purge = async (id: string): Promise<boolean | undefined> => {
    const { rows: answers } = await sql<{ gone: boolean }>`select purge_erased(${id}) as gone`.execute(auth);
    return answers[0]?.gone;
  };
  const erase = (one: Connection) =>
    createConnectionStore(auth).erase(
      one.id,
      'polar.acme',
      (now) =>
        now.status === 'erased'
          ? undefined
          : change(
              { ...now, status: 'erased', userReference: '', lifecycleRevision: now.lifecycleRevision + 1 },
              { tokens: 'destroy', forgetData: true, forgetAthlete: true, events: [event('2')] },
            ),
      action,
    );

  it('takes nothing out of the outbox of a connection that is not erased', async () => {
    const one = await established();
    await relayed(1_000_000);
    expect([await purge(one.id), await rows(one.id)]).toEqual([false, 1]);
    expect(await purge(randomUUID())).toBe(false);
  });

  it('takes nothing out of the outbox that Kafka does not have, of nobody else, and the rest as soon as it may', async () => {
    const [one, other] = [await established(), await established()];
    await relayed(0);
    expect(await erase(one)).toEqual({ connections: [one.id], isComplete: false });
    expect([await rows(one.id), await rows(other.id)]).toEqual([2, 1]);
    expect(await createConnectionStore(auth).purgeErased()).toBeGreaterThan(0);
    await relayed(1_000_000);
    expect(await createConnectionStore(auth).purgeErased()).toBe(0);
    expect([await rows(one.id), await rows(other.id)]).toEqual([0, 1]);
    expect(await createConnectionStore(auth).find(one.id)).toMatchObject({ status: 'erased', userReference: '' });
  });

  it('leaves only what consumers have to be told of what the broker refuses, and is over when that is published', async () => {
    const one = await established();
    await erase(one);
    await relayed(1_000_000);
    const key = { tenant: one.tenant, stream: one.id };
    const { lane } = await bench.db
      .insertInto('parked_streams')
      .values({ ...key, lane: 0, reason: 'too_large', detail: '', topic: '', next_try_at: new Date('2100-01-01') })
      .returning('lane')
      .executeTakeFirstOrThrow();
    const park = (position: number, topic: string, payload: string) =>
      bench.db
        .insertInto('parked_rows')
        .values({
          ...key,
          lane,
          position,
          id: randomUUID(),
          topic,
          key: one.id,
          type: '',
          payload,
          headers: '',
          created_at: new Date(),
        })
        .execute();
    await park(1, 'polar.acme.sleep.v1', '{}');
    await park(2, 'polar.acme.sleep.state.v1', '');
    await park(3, 'polar.acme.connection.v1', '{}');
    expect(await purge(one.id)).toBe(false);
    const left = await bench.db
      .selectFrom('parked_rows')
      .select(['position', 'payload', 'given_up'])
      .where('stream', '=', one.id)
      .orderBy('position')
      .execute();
    // Its place is kept: what was released before is told by positions.
    expect(left).toEqual([
      { position: '1', payload: '', given_up: true },
      { position: '2', payload: '', given_up: false },
      { position: '3', payload: '{}', given_up: false },
    ]);
    const stream = await bench.db.selectFrom('parked_streams').selectAll().where('stream', '=', one.id).execute();
    expect(stream[0]?.next_try_at.getFullYear()).toBeLessThan(2100);
    await bench.db.deleteFrom('parked_rows').execute();
    await bench.db.deleteFrom('parked_streams').execute();
    expect(await purge(one.id)).toBe(true);
  });

  it('of many at once, under one reference, is one', async () => {
    const one = await established();
    const answers = await Promise.all([erase(one), erase(one), erase(one)]);
    expect(answers.map((answer) => answer?.connections)).toEqual([[one.id], [one.id], [one.id]]);
    expect(await createConnectionStore(auth).erase(randomUUID(), 'x', () => undefined, action)).toBeUndefined();
  });

  it('and a consent under the same reference, at the same time, leave an erased connection and perhaps a new one', async () => {
    const one = await established();
    const again = await establishment(one.userReference);
    const [, outcome] = await Promise.all([erase(one), establish(again)]);
    const left = await createConnectionStore(auth).list({
      tenant: 'acme',
      userReference: one.userReference,
      limit: 10,
    });
    const isNew = typeof outcome !== 'string' && outcome.id !== one.id;
    expect(left.map(({ id }) => id)).toEqual(isNew ? [outcome.id] : []);
  });
});

describe('a consent state', () => {
  it('is gone with its link when that is swept, and not before', async () => {
    const consents = createConsentStore(auth);
    const [stateHash, kept] = [Buffer.from(randomUUID()), Buffer.from(randomUUID())];
    const browserHash = Buffer.from('browser');
    const past = new Date(0);
    const expiresAt = new Date('2026-06-17T12:00:00Z');
    const swept = await link();
    await consents.addState({ stateHash, browserHash, link: swept, expiresAt });
    await consents.sweep({ states: past, links: new Date('2026-06-16T12:00:00Z') });
    expect(await consents.findLink(swept)).toBeDefined();
    await consents.addState({ stateHash: kept, browserHash, link: swept, expiresAt });
    expect(await consents.takeState(kept)).toMatchObject({ state: { browserHash, expiresAt }, link: { id: swept } });
    await consents.sweep({ states: past, links: new Date('2026-06-16T12:00:01Z') });
    expect(await consents.findLink(swept)).toBeUndefined();
    expect(await consents.takeState(stateHash)).toBeUndefined();
  });
});
