import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { variablesOf } from '#config';
import { documentedQuota } from '#core';
import { Clock } from '#platform';
import { connectRedis, createBudget } from '#queue';
import { openDatabase, quotaLedger } from '#store';
import { createTestDatabase, type TestDatabase } from '../../../../test/integration/database.ts';
import { TestInstallation, type Variables } from '../../../../test/integration/installation.ts';
import { until } from '../../../../test/integration/until.ts';
import { diagnose } from './diagnose.ts';
import type { Finding } from './examine.ts';
import { type App, apps, envTypes } from './settings.ts';

const longestMs = 20_000;

let scene: TestInstallation;
/** Another database, that nobody has migrated. */
let empty: { readonly url: string; drop(): Promise<void> };
let another: TestDatabase;
/** A provider whose clock is an hour slow. */
let late: Server;
/** A page for people at every address, but for `/moved`, which leads elsewhere. */
let website: Server;
beforeAll(async () => {
  [scene, another] = await Promise.all([TestInstallation.open(), createTestDatabase()]);
  empty = await emptyDatabase();
  late = createServer((_, response) => {
    response.writeHead(200, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end('Hello');
  });
  website = createServer(({ url = '' }, response) => {
    if (url.startsWith('/moved')) response.writeHead(301, { location: '/' }).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
  });
  for (const server of [late, website])
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
}, 180_000);
afterAll(async () => {
  late?.close();
  website?.close();
  await empty?.drop();
  await scene?.close();
  await another?.drop();
});

/** @returns what is not as it should be */
async function wrongIn(of: readonly App[], changes: Variables = {}, clock?: Clock): Promise<readonly Finding[]> {
  const found = await diagnose({ apps: of, longestMs, source: scene.variables(changes), ...(clock && { clock }) });
  const text = JSON.stringify(found);
  for (const [name, secret] of Object.entries({ ...scene.secrets, kafka: scene.kafka.user.password }))
    expect({ name, isTold: text.includes(secret) }).toEqual({ name, isTold: false });
  expect(found.filter(({ line, advice }) => /\n/.test(`${line}${advice}`))).toEqual([]);
  return found.filter(({ state }) => state === 'broken' || state === 'warn');
}

/** Exactly one thing is said to be wrong, with what to do. */
const one = (check: string, line: string | RegExp, state = 'broken') => [
  { check, state, line: expect.stringMatching(line), advice: expect.stringMatching(/^[A-Z`a].{10,}$/) },
];

class WrongClock extends Clock {
  override now(): number {
    return super.now() + 300_000;
  }
}

const anotherKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const nowhere = '127.0.0.1:1';
/** The tenant as it is, but for the address of the provider's API. */
const at = (apiUrl: string) => scene.tenantFile({ polar: { apiUrl } });
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const withUser = (url: string, user: string, password: string): string =>
  Object.assign(new URL(url), { username: user, password }).href;

describe('bridge doctor', () => {
  it('finds nothing wrong with an installation that is as it should be', async () => {
    const found = await diagnose({ apps, longestMs, source: scene.variables() });
    expect(found.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(found.map(({ check }) => check)).toEqual([
      'settings',
      'tenant file',
      'client secrets',
      'quotas',
      'public address',
      'postgresql',
      'database roles',
      'schema',
      'privileges',
      'encryption keys',
      'redis',
      'budget',
      'provider',
      'clients',
      'access tokens',
      'kafka',
      'kafka rights',
      'topics',
      'lanes',
    ]);
  });

  it.each(apps)('needs no settings of the other apps for %s', async (app) => {
    const own = new Set(variablesOf(envTypes[app]));
    const source = Object.fromEntries(Object.entries(scene.variables()).filter(([name]) => own.has(name)));
    const found = await diagnose({ apps: [app], longestMs, source });
    expect(found.filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  it.each<[string, App, () => Variables, string, string | RegExp, string?]>([
    ['a variable that is not set', 'poller', () => ({ REDIS_URL: '' }), 'settings', 'REDIS_URL: not set'],
    [
      'an encryption key that is missing',
      'auth',
      () => ({ ENCRYPTION_KEYS: anotherKey('k2') }),
      'encryption keys',
      /"k1", which has sealed the tokens of 1 connection, is not in ENCRYPTION_KEYS \(k2\)/,
    ],
    [
      'another encryption key under the same id',
      'auth',
      () => ({ ENCRYPTION_KEYS: anotherKey('k1') }),
      'encryption keys',
      '"k1" of ENCRYPTION_KEYS does not open',
    ],
    [
      'an address for athletes without https',
      'auth',
      () => ({ PUBLIC_URL: 'http://connect.example' }),
      'public address',
      'PUBLIC_URL is "http://connect.example"',
    ],
    [
      'PostgreSQL that is away',
      'publisher',
      () => ({ DATABASE_URL: `postgres://${nowhere}/db` }),
      'postgresql',
      `PostgreSQL at ${nowhere} (DATABASE_URL): nothing listens there.`.replaceAll(/[().]/g, '.'),
    ],
    [
      'a user that PostgreSQL does not know',
      'auth',
      () => ({ DATABASE_URL: withUser(scene.database.url, `test_${randomUUID()}`, 'wrong') }),
      'postgresql',
      'user or password is refused',
    ],
    [
      'a database that is not there',
      'auth',
      () => ({ DATABASE_URL: `${scene.variables()['DATABASE_URL'] ?? ''}_gone` }),
      'postgresql',
      'there is no such database',
    ],
    [
      'a superuser as login',
      'auth',
      () => ({ DATABASE_URL: scene.database.url }),
      'postgresql',
      'is a superuser',
      'warn',
    ],
    [
      'a database that was never migrated',
      'poller',
      () => ({ DATABASE_URL: withUser(empty.url, scene.login, scene.secrets.login) }),
      'schema',
      'it was never migrated',
    ],
    [
      'Redis that is away',
      'poller',
      () => ({ REDIS_URL: `redis://${nowhere}` }),
      'redis',
      'Redis at 127.0.0.1:1 .REDIS_URL.: nothing listens there',
    ],
    ['a provider that is away', 'poller', () => ({ TENANTS_FILE: at(`http://${nowhere}`) }), 'provider', nowhere],
    [
      'an address that is not where the API begins',
      'poller',
      () => ({ TENANTS_FILE: at(`${scene.simulator.url}/elsewhere`) }),
      'provider',
      'answers 404 to /hello',
    ],
    [
      'an address that the API has left',
      'poller',
      () => ({ TENANTS_FILE: at(`${urlOf(website)}/moved`) }),
      'provider',
      'answers 301 to /hello',
    ],
    [
      'an address that is not where tokens are given',
      'auth',
      () => ({ TENANTS_FILE: scene.tenantFile({ polar: { authUrl: `${scene.simulator.url}/elsewhere` } }) }),
      'clients',
      /token endpoint is not at .*\/elsewhere\/token \(authUrl of tenant acme\).*: it answers 404/,
    ],
    [
      'a page for people where tokens should be given',
      'auth',
      () => ({ TENANTS_FILE: scene.tenantFile({ polar: { authUrl: urlOf(website) } }) }),
      'clients',
      /token endpoint is not at .*\/token \(authUrl of tenant acme\): it answers 200, without a token/,
    ],
    [
      'a provider with another time',
      'poller',
      () => ({ TENANTS_FILE: at(urlOf(late)) }),
      'provider',
      /The clock of the provider at .* is 60 min behind this machine's/,
    ],
    [
      'a client secret that is not that of the client',
      'auth',
      () => ({ TENANTS_FILE: scene.tenantFile({ polar: { clientSecret: { file: scene.file('wrong') } } }) }),
      'clients',
      'refuses the client secret of tenant acme .client id client-acme.',
    ],
    [
      'a client secret that is not there',
      'auth',
      () => ({ TENANTS_FILE: scene.tenantFile({ polar: { clientSecret: { env: 'ACME_SECRET' } } }) }),
      'client secrets',
      /clientSecret\.env: ACME_SECRET is not set/,
    ],
    [
      'two tenants with one client id',
      'poller',
      () => ({ TENANTS_FILE: scene.tenantFile({ more: [{ id: 'beta', topics: {} }] }) }),
      'tenant file',
      /tenants\[1\]\.polar\.clientId: "client-acme"; allowed: a client id of its own/,
    ],
    [
      'a quota above what Polar allows',
      'poller',
      () => ({ TENANTS_FILE: scene.tenantFile({ quota: [{ requests: 3000, seconds: 900 }] }) }),
      'quotas',
      'The quota of tenant acme lets 288.000 requests through in 24 h',
      'warn',
    ],
    [
      'a tenant file that is none',
      'publisher',
      () => ({ TENANTS_FILE: scene.file('tenants: {') }),
      'tenant file',
      /^line 1: "tenants: {"; allowed: valid YAML/,
    ],
    [
      'another internal token than that of auth',
      'poller',
      () => ({ INTERNAL_TOKEN: randomUUID() }),
      'access tokens',
      'refuses INTERNAL_TOKEN',
    ],
    ['auth that is away', 'poller', () => ({ AUTH_URL: `http://${nowhere}` }), 'access tokens', 'cannot reach auth'],
    [
      'something else in the place of auth',
      'poller',
      () => ({ AUTH_URL: scene.simulator.url }),
      'access tokens',
      'answers 404: it is not auth',
    ],
    ['Kafka that is away', 'publisher', () => ({ KAFKA_BROKERS: nowhere }), 'kafka', 'cannot be reached'],
    [
      'a wrong password for Kafka',
      'publisher',
      () => ({ KAFKA_PASSWORD: 'wrong' }),
      'kafka',
      'does not accept KAFKA_USERNAME with KAFKA_PASSWORD',
    ],
    [
      'TLS where Kafka has none',
      'publisher',
      () => ({ KAFKA_SSL: 'true' }),
      'kafka',
      'what answers does not speak TLS|closed the connection during the TLS handshake',
    ],
    [
      'topics that are missing',
      'publisher',
      () => ({ TENANTS_FILE: scene.tenantFile({ topics: { state: true } }) }),
      'topics',
      /topics are missing: .*\.state\.v1/,
    ],
    [
      'topics that differ from the tenant file',
      'publisher',
      () => ({ TENANTS_FILE: scene.tenantFile({ topics: { partitions: 3 } }) }),
      'topics',
      /^\d\d topics differ from the tenant file: partitions is 1, wanted 3 \(.*\.account\.v1 and \d\d more\)\.$/,
    ],
    [
      'another installation of the same name at the same brokers',
      'publisher',
      () => ({ DATABASE_URL: withUser(another.url, scene.login, scene.secrets.login) }),
      'lanes',
      /Kafka is ahead of the database in \d lanes? of DEPLOYMENT "test-/,
    ],
  ])('names %s', async (...[, app, changes, check, line, state]) => {
    expect(await wrongIn([app], changes())).toEqual(one(check, line, state));
  });

  it('names what Kafka does not allow', async () => {
    const prefix = `somebody.${randomUUID()}`;
    const found = await wrongIn(['publisher'], {
      DEPLOYMENT: 'somebody-else',
      TENANTS_FILE: scene.tenantFile({ topics: { prefix } }),
    });
    expect(found.map(({ check, state, line }) => `${state} ${check} ${line}`)).toEqual([
      expect.stringMatching(/^broken kafka rights Kafka does not allow the publisher the topic somebody-else\.lanes/),
      expect.stringMatching(
        new RegExp(`^broken kafka rights .* the topic ${prefix}\\..* \\(TOPIC_AUTHORIZATION_FAILED`),
      ),
      expect.stringMatching(/^broken kafka rights .* the transactional-id somebody-else-/),
    ]);
  });

  it('names a clock that is wrong, at each service that has another one', async () => {
    const found = await wrongIn(['poller'], {}, new WrongClock());
    expect(found.map(({ check, line }) => `${check}: ${line}`)).toEqual([
      expect.stringMatching(
        /^postgresql: The clock of PostgreSQL at .* is 5 min behind this machine's; allowed: 2 s\.$/,
      ),
      expect.stringMatching(/^redis: The clock of Redis at .* is 5 min behind this machine's/),
    ]);
  });
});

describe('bridge doctor, where something was changed,', () => {
  /** Changes the database as its owner, takes that back, and tells what was wrong meanwhile. */
  async function wrongAfter(change: string, back: string, app: App): Promise<readonly Finding[]> {
    await sql.raw(change).execute(scene.database.db);
    try {
      return await wrongIn([app]);
    } finally {
      await sql.raw(back).execute(scene.database.db);
    }
  }

  it('names migrations that the database lacks', async () => {
    const { rows } = await sql<{ name: string; timestamp: string }>`
      select name, timestamp from kysely_migration order by name desc limit 1`.execute(scene.database.db);
    const { name = '', timestamp = '' } = rows[0] ?? {};
    const found = await wrongAfter(
      `delete from kysely_migration where name = '${name}'`,
      `insert into kysely_migration values ('${name}', '${timestamp}')`,
      'poller',
    );
    expect(found).toEqual(one('schema', `The schema is old: ${name} is missing`));
  });

  it('names a schema that is newer than the program', async () => {
    const found = await wrongAfter(
      `insert into kysely_migration values ('9999-future', '2030-01-01')`,
      `delete from kysely_migration where name = '9999-future'`,
      'auth',
    );
    expect(found).toEqual(one('schema', /newer than this program.* 9999-future/, 'warn'));
  });

  it('names the schema of a version that did not show it', async () => {
    const found = await wrongAfter(
      'revoke select on kysely_migration from accesslink_bridge_auth',
      'grant select on kysely_migration to accesslink_bridge_auth',
      'auth',
    );
    expect(found).toEqual(one('schema', 'older than that of this program'));
  });

  it('names a role that the login may not take', async () => {
    const role = 'accesslink_bridge_poller';
    const [change, back] = [`revoke ${role} from ${scene.login}`, `grant ${role} to ${scene.login}`];
    const found = await wrongAfter(change, back, 'poller');
    expect(found).toEqual(one('database roles', `is not a member of ${role}, as which poller works`));
  });

  it('names privileges that were lost', async () => {
    const role = 'accesslink_bridge_publisher';
    const found = await wrongAfter(
      `revoke update (relayed) on lanes from ${role}`,
      `grant update (relayed) on lanes to ${role}`,
      'publisher',
    );
    expect(found).toEqual(one('privileges', `${role} lacks privileges: lanes: update relayed`));
  });

  it.each([
    [
      'that drops keys',
      ['config', 'set', 'maxmemory-policy', 'allkeys-lru'],
      ['config', 'set', 'maxmemory-policy', 'noeviction'],
      'maxmemory-policy is allkeys-lru; allowed: noeviction',
    ],
    ['that follows another one', ['replicaof', '127.0.0.1', '1'], ['replicaof', 'no', 'one'], 'is a replica'],
  ] as const)('names a Redis %s', async (_, change, back, line) => {
    const redis = new Redis(scene.redisUrl);
    try {
      const [command, ...args] = change;
      await redis.call(command, ...args);
      expect(await wrongIn(['poller'])).toEqual(one('redis', line));
    } finally {
      const [command, ...args] = back;
      await redis.call(command, ...args);
      redis.disconnect();
    }
  });

  it('names who was refused by Polar for too many requests', async () => {
    const redis = connectRedis(scene.redisUrl);
    const db = openDatabase(scene.database.url, { role: 'accesslink_bridge_poller', pool: 1 });
    const keyPrefix = `${scene.deployment}-short`;
    try {
      const budget = createBudget({
        redis,
        ledger: quotaLedger(db),
        quotaOf: () => documentedQuota,
        keyPrefix,
        now: () => Date.now(),
      });
      await budget.pause('acme', Date.now() + 600_000);
      const found = await wrongIn(['poller'], { DEPLOYMENT: keyPrefix });
      expect(found).toEqual(
        one('budget', /^Polar has answered 429 to tenant acme: nothing is sent before .*\d\d:\d\d UTC/),
      );
      expect(found[0]?.advice).toContain('client-acme');
    } finally {
      redis.disconnect();
      await db.destroy();
    }
  });

  it('names a topic that was deleted', async () => {
    const topic = `${scene.prefix}.sleep.v1`;
    await scene.withKafka(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await until('the topic to be gone', 30, async () => !(await admin.listTopics()).includes(topic));
    });
    expect(await wrongIn(['publisher'])).toEqual(one('topics', `A topic is missing: ${topic}`));
  });

  it('names lanes that nobody relays, and what waits in them', async () => {
    await scene.stopPublisher();
    await scene.pauseAthlete();
    const found = await wrongIn(['publisher']);
    expect(found.filter(({ check }) => check === 'lanes')).toEqual([
      expect.objectContaining({
        state: 'broken',
        line: expect.stringMatching(/^No live publisher holds lanes 0, 1, .* and 7: 1 event waits?, the oldest for /),
      }),
    ]);
  });
});

async function emptyDatabase(): Promise<typeof empty> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(scene.database.url);
  url.pathname = `/${name}`;
  await sql`create database ${sql.id(name)}`.execute(scene.database.db);
  return {
    url: url.href,
    drop: async () => {
      await sql`drop database if exists ${sql.id(name)} with (force)`.execute(scene.database.db);
    },
  };
}
