import { IsOptional } from 'class-validator';
import { OneOf, Secret, Text, WholeNumber } from './decorators.ts';
import { KafkaEnv } from './shared.env.ts';

export class PublisherEnv extends KafkaEnv {
  @WholeNumber(0, 65_535)
  override readonly PORT: number = 3003;

  /** How long published events stay in the outbox, for replays. Whole days (UTC) are dropped. */
  @WholeNumber(1, 87_600)
  readonly OUTBOX_RETENTION_HOURS: number = 168;

  /** Who brings the outbox to Kafka: this publisher, or Debezium, which this publisher then only follows. */
  @OneOf(['kafka', 'debezium'])
  readonly RELAY: 'kafka' | 'debezium' = 'kafka';

  /** The replication slot that Debezium reads. */
  @Text(/^[a-z0-9_]{1,63}$/, '1 to 63 of a-z, 0-9 and _')
  readonly DEBEZIUM_SLOT: string = 'accesslink_bridge_outbox';

  /** Opens the `/v1` routes; without it they are closed. */
  @Secret()
  @IsOptional()
  @Text(/^\S+$/, 'a random text without spaces (openssl rand -hex 32)')
  readonly ADMIN_TOKEN?: string;
}
