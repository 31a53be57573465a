import { ApiProperty } from '@nestjs/swagger';
import type { LaneState } from '#store';

class LaneView implements LaneState {
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  readonly lane!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The publisher that relays it, or did until its lease ended.',
    example: 'host-1-6f0e7a5e',
  })
  readonly owner!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-27T09:30:00.000Z' })
  readonly leaseUntil!: string | null;

  @ApiProperty({ type: 'integer', description: 'What the next event will get.', example: 1044 })
  readonly nextPosition!: number;

  @ApiProperty({ type: 'integer', description: 'The last position known to be in Kafka.', example: 1040 })
  readonly relayed!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  readonly lagRows!: number;

  @ApiProperty({ minimum: 0, description: 'Age of the oldest one that is not known to be in Kafka.', example: 0.4 })
  readonly lagSeconds!: number;
}

export class LanesView {
  @ApiProperty({
    enum: ['kafka', 'debezium'],
    example: 'kafka',
    description: 'RELAY: who brings the lanes to Kafka. Those that Debezium brings have no owner.',
  })
  readonly relay!: 'kafka' | 'debezium';

  @ApiProperty({
    format: 'date-time',
    example: '2026-11-27T09:29:50.000Z',
    description: "Now by the database's clock, by which leases end.",
  })
  readonly at!: string;

  @ApiProperty({ type: [LaneView] })
  readonly lanes!: readonly LaneView[];
}
