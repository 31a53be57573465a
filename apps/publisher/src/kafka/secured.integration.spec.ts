import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadEnv, PublisherEnv } from '#config';
import { isBridgeError } from '#core';
import { startSecuredKafka, type SecuredKafka } from '../../../../test/integration/secured-kafka.ts';
import { bookkeepingOf } from '../bookkeeping.ts';
import { brokerSettingsOf } from '../broker-settings.ts';
import type { Broker } from '../broker.ts';
import type { WantedTopic } from '../topic-plan.ts';
import { createKafkajsBroker } from './kafkajs-broker.ts';

type Variables = Readonly<Record<string, string>>;

const denied = 'BROKER_ACCESS_DENIED';
const noTls = { KAFKA_SSL: '', KAFKA_SSL_CA: '' };

describe('a secured broker', () => {
  let kafka: SecuredKafka;
  let known: Readonly<Record<'tls' | 'plain' | 'sha256' | 'sha512' | 'mutual', Variables>>;
  /** What the client printed. */
  const lines: string[] = [];
  const wrong = `wrong-${randomUUID()}`;

  beforeAll(async () => {
    kafka = await startSecuredKafka();
    const login = { KAFKA_USERNAME: kafka.user.username, KAFKA_PASSWORD: kafka.user.password };
    const tls = { KAFKA_SSL: 'true', KAFKA_SSL_CA: kafka.ca };
    known = {
      tls,
      plain: { ...tls, ...login, KAFKA_SASL_MECHANISM: 'plain' },
      sha256: { ...tls, ...login, KAFKA_SASL_MECHANISM: 'scram-sha-256' },
      sha512: { ...tls, ...login, KAFKA_SASL_MECHANISM: 'scram-sha-512' },
      mutual: { ...tls, KAFKA_SSL_CERT: kafka.client.cert, KAFKA_SSL_KEY: kafka.client.key },
    };
  }, 120_000);

  afterAll(() => kafka?.stop());

  /** As the publisher has it from these variables. */
  function brokerAt(brokers: string, variables: Variables): Broker {
    const env = loadEnv(PublisherEnv, {
      DATABASE_URL: 'postgres://nowhere/db',
      TENANTS_FILE: 'none',
      DEPLOYMENT: `secured-${randomUUID()}`,
      KAFKA_BROKERS: brokers,
      ...variables,
    });
    const log = (message: string, fields: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
    return createKafkajsBroker({ ...brokerSettingsOf(env), log });
  }

  it.each<[keyof typeof known, 'tls' | 'sasl' | 'mutual' | 'saslPlaintext']>([
    ['tls', 'tls'],
    ['mutual', 'mutual'],
    ['plain', 'sasl'],
    ['sha256', 'sasl'],
    ['sha512', 'sasl'],
  ])('takes topics, rows and positions from %s', async (name, listener) => {
    const deployment = `secured-${randomUUID()}`;
    const broker = brokerAt(kafka[listener], { ...known[name], DEPLOYMENT: deployment });
    const events = `${deployment}.sleep.v1`;
    await broker.topics.brokers();
    await broker.topics.create([bookkeepingOf(deployment).topic, events].map(topicOf));
    const directory = { partitionsOf: async () => new Map([[events, 1]]), forget: () => undefined };
    const first = await broker.openLane(0, directory);
    expect(first.committed).toBe(0);
    const row = { position: 1, topic: events, key: 'key', payload: '{}', headers: '{"a":"b"}', bytes: 11 };
    await first.transact({ rows: [row], last: 1 });
    await first.close();
    const second = await broker.openLane(0, directory);
    expect(second.committed).toBe(1);
    await second.close();
  });

  type Refusal = readonly [string, keyof SecuredKafka, () => Variables, string, string];
  it.each<Refusal>([
    ['a wrong password (PLAIN)', 'sasl', () => ({ ...known.plain, KAFKA_PASSWORD: wrong }), denied, 'KAFKA_PASSWORD'],
    ['a wrong password (SCRAM)', 'sasl', () => ({ ...known.sha512, KAFKA_PASSWORD: wrong }), denied, 'KAFKA_PASSWORD'],
    ['an unknown user', 'sasl', () => ({ ...known.sha256, KAFKA_USERNAME: 'nobody' }), denied, 'KAFKA_USERNAME'],
    ['another mechanism', 'saslPlaintext', () => ({ ...known.plain, ...noTls }), denied, 'sasl.enabled.mechanisms'],
    ['a user where none is asked for', 'tls', () => known.plain, denied, 'unset KAFKA_SASL_MECHANISM'],
    ['an unknown authority', 'tls', () => ({ KAFKA_SSL: 'true' }), denied, 'KAFKA_SSL_CA_FILE'],
    ['no certificate of our own', 'mutual', () => known.tls, denied, 'KAFKA_SSL_CERT_FILE'],
    ['no TLS', 'tls', () => ({}), 'BROKER_UNAVAILABLE', 'KAFKA_SSL'],
    ['no TLS and a user', 'sasl', () => ({ ...known.sha512, ...noTls }), 'BROKER_UNAVAILABLE', 'KAFKA_SSL'],
    ['no user', 'sasl', () => known.tls, 'BROKER_UNAVAILABLE', 'KAFKA_SASL_MECHANISM'],
    ['TLS where there is none', 'plaintext', () => known.tls, 'BROKER_UNAVAILABLE', 'KAFKA_SSL to false'],
  ])('says what to do about %s, and no secret', async (_, listener, variables, code, advice) => {
    lines.length = 0;
    const broker = brokerAt(String(kafka[listener]), variables());
    const error: unknown = await broker.topics.brokers().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isBridgeError(error) && [error.code, error.message]).toEqual([code, expect.stringContaining(advice)]);
    expect(`${allOf(error)}\n${lines.join('\n')}`).not.toMatch(new RegExp(`${wrong}|${kafka.user.password}`));
  });

  it('says it to a lane too', async () => {
    const directory = { partitionsOf: async () => new Map(), forget: () => undefined };
    const opening = brokerAt(kafka.sasl, { ...known.plain, KAFKA_PASSWORD: wrong }).openLane(0, directory);
    await expect(opening).rejects.toMatchObject({ code: denied });
  });

  it('says so when its certificate is not for the name by which it is reached', async () => {
    const broker = brokerAt(kafka.tls.replace('127.0.0.1', 'localhost'), known.tls);
    await expect(broker.ping()).rejects.toMatchObject({
      code: denied,
      message: expect.stringContaining('advertised.listeners'),
    });
  });

  it('wants the key of the certificate', () => {
    const other = { ...known.mutual, KAFKA_SSL_CERT: kafka.ca };
    expect(() => brokerAt(kafka.mutual, other)).toThrow('KAFKA_SSL_KEY: not allowed (the value is secret)');
  });
});

function topicOf(topic: string): WantedTopic {
  return { topic, partitions: 1, replication: 1, retentionMs: 3_600_000, wantedBy: 'test' };
}

/** The error and its causes, with everything in them. */
function allOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  return `${error.stack} ${JSON.stringify({ ...error, cause: undefined })} ${allOf(error.cause)}`;
}
