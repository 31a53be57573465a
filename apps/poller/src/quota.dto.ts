import { ApiProperty } from '@nestjs/swagger';
import type { BudgetUsage } from '#core';

class WindowView {
  @ApiProperty({ type: 'integer', example: 900, description: 'How long the window is.' })
  readonly seconds!: number;

  @ApiProperty({ type: 'integer', example: 3000, description: 'Requests that it allows.' })
  readonly limit!: number;

  @ApiProperty({ type: 'integer', example: 412 })
  readonly used!: number;

  @ApiProperty({ type: 'integer', example: 2528, description: 'What live polls may still send.' })
  readonly left!: number;

  @ApiProperty({ type: 'integer', example: 1688, description: 'What backfills may still send.' })
  readonly leftForBackfill!: number;
}

export class BudgetView implements BudgetUsage {
  @ApiProperty({ type: [WindowView] })
  readonly windows!: readonly WindowView[];

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'Epoch milliseconds until which the tenant is paused after a 429, or null.',
    example: null,
  })
  readonly pausedUntil!: number | null;
}

export class QuotaView extends BudgetView {
  @ApiProperty({ example: 'acme' })
  readonly tenant!: string;
}
