import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { isBridgeError } from '#core';
import {
  AuthEnv,
  MigrateEnv,
  OperatorEnv,
  PollerEnv,
  PublisherEnv,
  checkEnv,
  loadEnv,
  summary,
  tracingOf,
} from '../index.ts';
import type { EnvSource } from './source.ts';

const key = (byte: number, length = 32): string => Buffer.alloc(length, byte).toString('base64');

const auth: EnvSource = {
  DATABASE_URL: 'postgres://auth:dbpass@db:5432/bridge',
  REDIS_URL: 'redis://:redispass@cache:6379',
  TENANTS_FILE: '/etc/tenants.yaml',
  PUBLIC_URL: 'https://connect.example',
  ADMIN_TOKEN: 'admin-token',
  INTERNAL_TOKEN: 'internal-token',
  ENCRYPTION_KEYS: `k2:${key(2)},k1:${key(1)}`,
};
const publisher: EnvSource = { DATABASE_URL: 'postgres://db/x', TENANTS_FILE: 't', KAFKA_BROKERS: 'a:9092,b:9092' };
const poller: EnvSource = {
  DATABASE_URL: 'postgres://db/x',
  REDIS_URL: 'rediss://r',
  TENANTS_FILE: 't',
  AUTH_URL: 'http://auth:3001',
  INTERNAL_TOKEN: 'i',
};

/** Any certificate will do. */
const authority = rootCertificates[0] ?? '';

function refusalOf(type: new () => object, source: EnvSource): string {
  try {
    loadEnv(type, source);
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('loadEnv', () => {
  it('fills in defaults and converts', () => {
    const env = loadEnv(AuthEnv, auth);
    expect(env).toMatchObject({
      PORT: 3001,
      HOST: '0.0.0.0',
      LOG_LEVEL: 'info',
      DEPLOYMENT: 'accesslink-bridge',
      DATABASE_POOL: 10,
    });
    expect(env.ENCRYPTION_KEYS.map(({ id, key }) => [id, key[0], key.length])).toEqual([
      ['k2', 2, 32],
      ['k1', 1, 32],
    ]);
    expect(Object.isFrozen(env)).toBe(true);
    expect(env).toMatchObject({ PUBLIC_RATE_LIMIT: 60, TRUSTED_PROXIES: [] });
    const TRUSTED_PROXIES = '10.0.0.0/8, 127.0.0.1,fd00::/8';
    expect(loadEnv(AuthEnv, { ...auth, TRUSTED_PROXIES }).TRUSTED_PROXIES).toEqual([
      '10.0.0.0/8',
      '127.0.0.1',
      'fd00::/8',
    ]);
    expect(loadEnv(PollerEnv, poller)).toMatchObject({ PORT: 3002, LEASE_SECONDS: 60, POLL_CONCURRENCY: 16 });
    expect(loadEnv(PublisherEnv, { ...publisher, KAFKA_SSL: 'true' })).toMatchObject({
      PORT: 3003,
      KAFKA_SSL: true,
      KAFKA_COMPRESSION: 'gzip',
    });
    expect(loadEnv(PollerEnv, poller)).toMatchObject({ OTEL_TRACES_SAMPLER: 'parentbased_always_on' });
    const OTEL_TRACES_SAMPLER = 'traceidratio';
    const traced = { ...poller, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_SAMPLER };
    expect(tracingOf(loadEnv(PollerEnv, { ...traced, OTEL_TRACES_SAMPLER_ARG: '0.05' }))).toEqual({
      endpoint: 'http://c:4318',
      headers: {},
      sampler: 'traceidratio',
      ratio: 0.05,
    });
    const OTEL_EXPORTER_OTLP_HEADERS = 'x-key=a%2Cb%3D, authorization = Basic%20eDp5';
    expect(tracingOf(loadEnv(PollerEnv, { ...traced, OTEL_EXPORTER_OTLP_HEADERS })).headers).toEqual({
      'x-key': 'a,b=',
      authorization: 'Basic eDp5',
    });
    const bundle = `${authority}\n${rootCertificates[1]}`;
    expect(loadEnv(PublisherEnv, { ...publisher, KAFKA_SSL: 'true', KAFKA_SSL_CA: bundle }).KAFKA_SSL_CA).toBe(bundle);
    expect(loadEnv(MigrateEnv, { DATABASE_URL: 'postgresql://x/y', PORT: 'ignored' })).toMatchObject({
      DATABASE_POOL: 10,
      DATABASE_WAIT_SECONDS: 0,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadEnv(PollerEnv, { ...poller, PORT: '', ADMIN_TOKEN: '', HOST: '' })).toMatchObject({
      PORT: 3002,
      HOST: '0.0.0.0',
    });
  });

  it('lists everything wrong at once, with what is allowed and where to set it', () => {
    const text = refusalOf(AuthEnv, { PORT: 'http', LOG_LEVEL: 'loud' });
    expect(text).toContain('PORT: "http" is not allowed; allowed: a whole number from 0 to 65535; set PORT');
    expect(text).toContain('LOG_LEVEL: "loud" is not allowed; allowed: one of trace, debug');
    expect(text).toContain(
      'ADMIN_TOKEN: not set; allowed: a random text without spaces (openssl rand -hex 32); set ADMIN_TOKEN, or ADMIN_TOKEN_FILE',
    );
    for (const name of [
      'DATABASE_URL',
      'REDIS_URL',
      'TENANTS_FILE',
      'PUBLIC_URL',
      'INTERNAL_TOKEN',
      'ENCRYPTION_KEYS',
    ]) {
      expect(text).toContain(`${name}: not set`);
    }
  });

  it.each([
    [AuthEnv, { ...auth, PORT: '65536' }, 'PORT: "65536"'],
    [
      AuthEnv,
      { ...auth, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318"',
    ],
    [AuthEnv, { ...auth, OTEL_RESOURCE_ATTRIBUTES: 'team' }, 'OTEL_RESOURCE_ATTRIBUTES: "team"'],
    [AuthEnv, { ...auth, OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER: "sometimes"'],
    [AuthEnv, { ...auth, OTEL_TRACES_SAMPLER_ARG: '5' }, 'OTEL_TRACES_SAMPLER_ARG: "5"'],
    [AuthEnv, { ...auth, PORT: '30.5' }, 'PORT: "30.5"'],
    [AuthEnv, { ...auth, PORT: '-1' }, 'PORT: "-1"'],
    [AuthEnv, { ...auth, PORT: '1e3' }, 'PORT: "1e3"'],
    [AuthEnv, { ...auth, DEPLOYMENT: 'Acme_1' }, 'DEPLOYMENT: "Acme_1"'],
    [AuthEnv, { ...auth, HOST: 'any where' }, 'HOST: "any where"'],
    [AuthEnv, { ...auth, PUBLIC_URL: 'connect.example' }, 'PUBLIC_URL: "connect.example"'],
    [AuthEnv, { ...auth, PUBLIC_URL: 'ftp://x' }, 'http:// or https://'],
    [OperatorEnv, { ADMIN_TOKEN: 'a', POLLER_URL: 'http://me@poller' }, 'without user and password; set POLLER_URL'],
    [AuthEnv, { ...auth, TENANTS_FILE: '  ' }, 'TENANTS_FILE'],
    [AuthEnv, { ...auth, DATABASE_POOL: '0' }, 'DATABASE_POOL'],
    [AuthEnv, { ...auth, PUBLIC_RATE_LIMIT: '0' }, 'from 1 to 1000000'],
    [AuthEnv, { ...auth, TRUSTED_PROXIES: '10.0.0.0/33' }, 'IP addresses and networks'],
    [AuthEnv, { ...auth, TRUSTED_PROXIES: '10.0.0.1,' }, 'TRUSTED_PROXIES: "10.0.0.1,"'],
    [AuthEnv, { ...auth, TRUSTED_PROXIES: 'ingress' }, 'TRUSTED_PROXIES: "ingress"'],
    [PollerEnv, { ...poller, LEASE_SECONDS: '1' }, 'from 5 to 3600'],
    [PollerEnv, { ...poller, POLL_CONCURRENCY: 'many' }, 'POLL_CONCURRENCY'],
    [PollerEnv, { ...poller, REQUEST_TIMEOUT_SECONDS: '31' }, 'from 1 to 30'],
    [PublisherEnv, { ...publisher, KAFKA_BROKERS: 'a:9092,' }, 'host:port, comma separated'],
    [PublisherEnv, { ...publisher, KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS: "kafka"'],
    [PublisherEnv, { ...publisher, KAFKA_SSL: 'yes' }, 'true or false'],
    [PublisherEnv, { ...publisher, KAFKA_SASL_MECHANISM: 'GSSAPI' }, 'scram-sha-256'],
    [PublisherEnv, { ...publisher, KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'u' }, 'KAFKA_PASSWORD: not set'],
    [PublisherEnv, { ...publisher, KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p' }, 'KAFKA_SASL_MECHANISM: not set'],
    [PublisherEnv, { ...publisher, KAFKA_COMPRESSION: 'lz4' }, 'one of none, gzip, zstd'],
    [PublisherEnv, { ...publisher, KAFKA_SSL_CA: authority }, 'true, because a certificate for Kafka is set'],
    [PublisherEnv, { ...publisher, KAFKA_SSL: 'true', KAFKA_SSL_CA: '/etc/ca.pem' }, 'KAFKA_SSL_CA_FILE to the path'],
    [PublisherEnv, { ...publisher, KAFKA_SSL: 'true', KAFKA_SSL_CERT: authority }, 'KAFKA_SSL_KEY: not set'],
    [PublisherEnv, { ...publisher, KAFKA_SSL: 'true', KAFKA_SSL_KEY: 'k' }, 'KAFKA_SSL_CERT: not set'],
  ])('refuses what is not allowed: %p %j', (type, source, expected) => {
    expect(refusalOf(type as new () => object, source)).toContain(expected);
  });

  it.each([
    ['ENCRYPTION_KEYS', 'nonsense-hunter2', 'entry 1 is not id:base64'],
    ['ENCRYPTION_KEYS', `k1:${key(1)},k2:${key(9, 16)}`, 'entry 2 has 16 bytes'],
    ['ENCRYPTION_KEYS', `k1:${key(1)},k1:${key(9)}`, 'entry 2 repeats the id k1'],
    ['DATABASE_URL', 'mysql://root:hunter2@db/x', 'postgres:// or postgresql://'],
    ['REDIS_URL', 'hunter2', 'redis:// or rediss://'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2', 'name=value, comma separated'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=hunter2%', 'percent-encoded'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=1,hunter2', 'name=value, comma separated'],
    ['ADMIN_TOKEN', 'hunter2 with a space', 'without spaces'],
    ['PUBLIC_URL', 'https://me:hunter2@connect.example', 'without user and password'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://hunter2@collector:4318', 'without user and password'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://me:hunt er2hunter2@collector', 'without user and password'],
  ])('prints no secret: %s', (name, value, expected) => {
    const text = refusalOf(AuthEnv, { ...auth, [name]: value });
    expect(text).toMatch(
      new RegExp(`- ${name}: not allowed \\((the value is secret|it names a user, and so is not shown)\\)`),
    );
    expect(text).toContain(expected);
    expect(text).not.toMatch(/hunter2|CQkJ/);
  });

  it('reads secrets from files, and only secrets', () => {
    const folder = mkdtempSync(join(tmpdir(), 'env-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'from-a-file\n');
    const { ADMIN_TOKEN: _, ...rest } = auth;
    expect(loadEnv(AuthEnv, { ...rest, ADMIN_TOKEN_FILE: file, PUBLIC_URL_FILE: '/none' }).ADMIN_TOKEN).toBe(
      'from-a-file',
    );
    expect(refusalOf(AuthEnv, { ...auth, ADMIN_TOKEN_FILE: file })).toContain(
      'both ADMIN_TOKEN and ADMIN_TOKEN_FILE are set',
    );
    expect(refusalOf(AuthEnv, { ...rest, ADMIN_TOKEN_FILE: join(folder, 'absent') })).toContain(
      'ADMIN_TOKEN_FILE: ENOENT',
    );
  });

  it('summarises without a secret', () => {
    const told = summary(loadEnv(AuthEnv, auth));
    expect(told).toMatchObject({
      PORT: 3001,
      PUBLIC_URL: 'https://connect.example',
      ADMIN_TOKEN: 'set',
      ENCRYPTION_KEYS: 'set',
    });
    expect(JSON.stringify(told)).not.toMatch(/pass|admin-token|internal-token|AgIC/);
  });
});

describe('checkEnv', () => {
  it('goes on with what is right, and says of the rest what is wrong and what is allowed', () => {
    const { env, problems } = checkEnv(PollerEnv, { ...poller, REDIS_URL: 'http://r', LEASE_SECONDS: '1' });
    expect(env).toMatchObject({ DATABASE_URL: 'postgres://db/x', POLL_CONCURRENCY: 16 });
    expect(env).not.toHaveProperty('REDIS_URL');
    expect(env).not.toHaveProperty('LEASE_SECONDS');
    expect(problems).toEqual([
      {
        name: 'REDIS_URL',
        wrong: 'REDIS_URL: not allowed (the value is secret)',
        advice: expect.stringMatching(
          /^allowed: a URL starting with redis:\/\/ or rediss:\/\/; set REDIS_URL, or REDIS_URL_FILE/,
        ),
      },
      {
        name: 'LEASE_SECONDS',
        wrong: 'LEASE_SECONDS: "1" is not allowed',
        advice: 'allowed: a whole number from 5 to 3600; set LEASE_SECONDS',
      },
    ]);
  });

  it('finds nothing wrong with what loadEnv takes', () => {
    expect(checkEnv(AuthEnv, auth)).toEqual({ env: loadEnv(AuthEnv, auth), problems: [] });
  });
});
