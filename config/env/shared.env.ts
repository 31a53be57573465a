import { IsOptional, ValidateIf } from 'class-validator';
import { FitsTo, Flag, HttpUrl, OneOf, Pairs, pairsOf, Secret, Text, UrlOf, WholeNumber } from './decorators.ts';
import { Certificates, isKeyOf } from './pem.ts';

/** What every program reads, the migrator included. */
export abstract class ProgramEnv {
  @Secret()
  @UrlOf(['postgres:', 'postgresql:'])
  readonly DATABASE_URL!: string;

  @WholeNumber(1, 100)
  readonly DATABASE_POOL: number = 10;

  @OneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  readonly LOG_LEVEL: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' = 'info';

  /** Keeps two installations apart that share a broker or a Redis: prefix of transactional ids, groups and keys. */
  @Text(/^[a-z0-9-]{1,60}$/, '1 to 60 of a-z, 0-9 and -')
  readonly DEPLOYMENT: string = 'accesslink-bridge';
}

/** What the three services read. */
export abstract class ServiceEnv extends ProgramEnv {
  @Text(/^[a-zA-Z0-9.:-]+$/, 'an address to listen on, such as 0.0.0.0 or 127.0.0.1')
  readonly HOST: string = '0.0.0.0';

  abstract readonly PORT: number;

  @Text(/\S/, 'the path of the tenant file')
  readonly TENANTS_FILE!: string;

  /** Requests per minute and address on the routes without a token, and as many failed authentications. */
  @WholeNumber(1, 1_000_000)
  readonly PUBLIC_RATE_LIMIT: number = 60;

  /** How long a process that was told to end still listens while its readiness says no, so that nobody is sent to it any more. */
  @WholeNumber(0, 300)
  readonly SHUTDOWN_DELAY_SECONDS: number = 3;

  /** Where spans go by OTLP over HTTP, `/v1/traces` is added; without it there are none. */
  @IsOptional()
  @HttpUrl()
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** A key that the receiver wants, as headers of HTTP. The values are percent-encoded, as the standard says. */
  @Secret()
  @IsOptional()
  @Pairs()
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string;

  /** In the place of the app's name. The SDK reads this and the next one by itself. */
  @IsOptional()
  @Text(/\S/, 'a name')
  readonly OTEL_SERVICE_NAME?: string;

  /** On every span. */
  @IsOptional()
  @Pairs()
  readonly OTEL_RESOURCE_ATTRIBUTES?: string;

  @OneOf([
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ])
  readonly OTEL_TRACES_SAMPLER: TracesSampler = 'parentbased_always_on';

  /** The share of the traces that are kept, of the samplers by ratio. */
  @Text(/^(0(\.\d+)?|1(\.0+)?)$/, 'a number from 0 to 1')
  readonly OTEL_TRACES_SAMPLER_ARG: string = '1';
}

/** The names of the standard: those that begin with `parentbased_` follow the parent where there is one. */
export type TracesSampler = `${'' | 'parentbased_'}${'always_on' | 'always_off' | 'traceidratio'}`;

/** What tracing is set up by. */
export function tracingOf(env: ServiceEnv): {
  readonly endpoint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly sampler: TracesSampler;
  readonly ratio: number;
} {
  return {
    endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: pairsOf(env.OTEL_EXPORTER_OTLP_HEADERS),
    sampler: env.OTEL_TRACES_SAMPLER,
    ratio: Number(env.OTEL_TRACES_SAMPLER_ARG),
  };
}

export abstract class KafkaEnv extends ServiceEnv {
  /** `host:port`, comma separated. */
  @Text(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, 'host:port, comma separated')
  readonly KAFKA_BROKERS!: string;

  @Flag()
  @FitsTo<KafkaEnv>('true, because a certificate for Kafka is set', (ssl, env) => ssl === true || !hasCertificate(env))
  readonly KAFKA_SSL: boolean = false;

  /** PEM, one certificate or several; without it, those that Node knows. */
  @Secret()
  @IsOptional()
  @Certificates('the certificate (PEM) of the authority that signed the certificates of Kafka')
  readonly KAFKA_SSL_CA?: string;

  /** PEM, our own certificate first. Only where Kafka wants to know its clients by certificates. */
  @Secret()
  @ValidateIf((env: KafkaEnv) => env.KAFKA_SSL_CERT !== undefined || env.KAFKA_SSL_KEY !== undefined)
  @Certificates('the certificate (PEM) that belongs to KAFKA_SSL_KEY')
  readonly KAFKA_SSL_CERT?: string;

  @Secret()
  @ValidateIf((env: KafkaEnv) => env.KAFKA_SSL_CERT !== undefined || env.KAFKA_SSL_KEY !== undefined)
  @FitsTo<KafkaEnv>('the private key (PEM, without a passphrase) that belongs to KAFKA_SSL_CERT', (key, env) =>
    isKeyOf(key, env.KAFKA_SSL_CERT),
  )
  readonly KAFKA_SSL_KEY?: string;

  @ValidateIf(hasLogin)
  @OneOf(['plain', 'scram-sha-256', 'scram-sha-512'])
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @ValidateIf(hasLogin)
  @Text(/\S/, 'a name, because Kafka asks for one with KAFKA_SASL_MECHANISM and KAFKA_PASSWORD')
  readonly KAFKA_USERNAME?: string;

  @Secret()
  @ValidateIf(hasLogin)
  @Text(/\S/, 'a password, because Kafka asks for one with KAFKA_SASL_MECHANISM and KAFKA_USERNAME')
  readonly KAFKA_PASSWORD?: string;

  @OneOf(['none', 'gzip', 'zstd'])
  readonly KAFKA_COMPRESSION: 'none' | 'gzip' | 'zstd' = 'gzip';
}

function hasCertificate({ KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key }: KafkaEnv): boolean {
  return [ca, cert, key].some((pem) => pem !== undefined);
}

/** One of the three needs the others. */
function hasLogin({
  KAFKA_SASL_MECHANISM: mechanism,
  KAFKA_USERNAME: name,
  KAFKA_PASSWORD: password,
}: KafkaEnv): boolean {
  return [mechanism, name, password].some((value) => value !== undefined);
}
