import { IsOptional, ValidateIf } from 'class-validator';
import { Flag, OneOf, Secret, Text, UrlOf, WholeNumber } from './decorators.ts';

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
}

export abstract class KafkaEnv extends ServiceEnv {
  /** `host:port`, comma separated. */
  @Text(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, 'host:port, comma separated')
  readonly KAFKA_BROKERS!: string;

  @Flag()
  readonly KAFKA_SSL: boolean = false;

  @IsOptional()
  @OneOf(['plain', 'scram-sha-256', 'scram-sha-512'])
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @ValidateIf((env: KafkaEnv) => env.KAFKA_SASL_MECHANISM !== undefined)
  @Text(/\S/, 'a name, because KAFKA_SASL_MECHANISM is set')
  readonly KAFKA_USERNAME?: string;

  @Secret()
  @ValidateIf((env: KafkaEnv) => env.KAFKA_SASL_MECHANISM !== undefined)
  @Text(/\S/, 'a password, because KAFKA_SASL_MECHANISM is set')
  readonly KAFKA_PASSWORD?: string;
}
