import type { PublisherEnv } from '#config';
import type { BrokerSettings } from './broker.ts';

type KafkaVariables = Pick<PublisherEnv, Extract<keyof PublisherEnv, `KAFKA_${string}` | 'DEPLOYMENT'>>;

export function brokerSettingsOf(env: KafkaVariables): BrokerSettings {
  const { KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key, KAFKA_SASL_MECHANISM: mechanism } = env;
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return {
    brokers: env.KAFKA_BROKERS,
    deployment: env.DEPLOYMENT,
    ...(env.KAFKA_SSL && { tls }),
    ...(mechanism !== undefined && {
      sasl: { mechanism, username: env.KAFKA_USERNAME ?? '', password: env.KAFKA_PASSWORD ?? '' },
    }),
    compression: env.KAFKA_COMPRESSION,
  };
}
