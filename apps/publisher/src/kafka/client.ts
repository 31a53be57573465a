import kafkajs, { type Admin, type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { BrokerSettings } from '../broker.ts';
import { hideAborted } from './aborted.ts';
import { explained } from './access.ts';
import { encodeFast } from './records.ts';

export function createKafka({ brokers, deployment, tls, sasl, log }: BrokerSettings): Kafka {
  encodeFast();
  hideAborted();
  const config: KafkaConfig = {
    clientId: `${deployment}-publisher`,
    brokers: brokers.split(','),
    ssl: tls === undefined ? false : { ...tls },
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 15_000,
    enforceRequestTimeout: true,
    // The first pause is short for CONCURRENT_TRANSACTIONS, which ends within milliseconds. Long outages are ours to bear.
    retry: { initialRetryTime: 3, multiplier: 2, maxRetryTime: 500, retries: 8 },
    logLevel: log === undefined ? kafkajs.logLevel.NOTHING : kafkajs.logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...rest } }) =>
        log?.('kafka client', { ...rest, namespace, reason: message }),
    ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }),
  };
  return new kafkajs.Kafka(config);
}

/**
 * A fresh client for each use: kafkajs' admin keeps stale brokers after an outage.
 * @throws BridgeError BROKER_ACCESS_DENIED, with what to do, when the brokers do not let us in
 */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw explained(error);
  } finally {
    admin.disconnect().catch(() => undefined);
  }
}

let silenced = false;

/** kafkajs 2.2.4 arms a timer with a negative delay after each request. Harmless, but Node prints a warning about it. */
export function silenceNegativeTimeouts(): void {
  if (silenced) return;
  silenced = true;
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') for (const listener of listeners) listener(warning);
  });
}
