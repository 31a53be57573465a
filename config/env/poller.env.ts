import { IsOptional } from 'class-validator';
import { HttpUrl, OneOf, Secret, Text, UrlOf, WholeNumber } from './decorators.ts';
import { ServiceEnv } from './shared.env.ts';

export class PollerEnv extends ServiceEnv {
  @WholeNumber(0, 65_535)
  override readonly PORT: number = 3002;

  @Secret()
  @UrlOf(['redis:', 'rediss:'])
  readonly REDIS_URL!: string;

  /** Where the auth service is, seen from here. */
  @HttpUrl()
  readonly AUTH_URL!: string;

  @Secret()
  @Text(/^\S+$/, 'a random text without spaces (openssl rand -hex 32), the same for auth and poller')
  readonly INTERNAL_TOKEN!: string;

  /** Opens the `/v1` routes; without it they are closed. */
  @Secret()
  @IsOptional()
  @Text(/^\S+$/, 'a random text without spaces (openssl rand -hex 32)')
  readonly ADMIN_TOKEN?: string;

  /** How long a poll may take before another worker may take the target over. */
  @WholeNumber(5, 3600)
  readonly LEASE_SECONDS: number = 60;

  /** How long the provider may take for a whole answer: no longer than the budget counts a request that does not end. */
  @WholeNumber(1, 30)
  readonly REQUEST_TIMEOUT_SECONDS: number = 30;

  /** How many polls run at the same time in one process. */
  @WholeNumber(1, 256)
  readonly POLL_CONCURRENCY: number = 16;

  /** Who brings the outbox to Kafka, as the publisher has it: the status page misses no publisher where Debezium does. */
  @OneOf(['kafka', 'debezium'])
  readonly RELAY: 'kafka' | 'debezium' = 'kafka';
}
