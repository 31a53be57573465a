import kafkajs, { type Admin, type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';

export interface KafkaSettings {
  /** `host:port`, comma separated. */
  readonly brokers: string;
  readonly clientId: string;
  readonly ssl?: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** Everything that kafkajs would print. What matters of it reaches us as an error too. */
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export function createKafka({ brokers, clientId, ssl = false, sasl, log }: KafkaSettings): Kafka {
  const config: KafkaConfig = {
    clientId,
    brokers: brokers.split(','),
    ssl,
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

/** A fresh client for each use: kafkajs' admin keeps stale brokers after an outage. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    admin.disconnect().catch(() => undefined);
  }
}

/**
 * kafkajs 2.2.4 arms a timer with a negative delay after each request. Harmless, but Node prints a warning about it.
 * Call it once, before the first client.
 */
export function silenceNegativeTimeouts(): void {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') for (const listener of listeners) listener(warning);
  });
}
