import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayUnique, IsIn } from 'class-validator';
import { AsList, IfGiven } from '#platform';
import type { BreakerScope } from '#polar';
import { resources } from '#resources';
import type { TargetState } from '#store';
import { BudgetView } from './quota.dto.ts';
import type { SyncState } from './sync-store.ts';

const instant = { type: String, format: 'date-time', nullable: true, example: '2026-11-27T09:30:00.000Z' } as const;
const days = { type: String, isArray: true, example: ['2026-11-26'] };

class TargetView implements Omit<TargetState, 'rate'> {
  @ApiProperty({ example: 'sleeps' })
  readonly resource!: string;

  @ApiProperty({ enum: ['live', 'backfill'], example: 'live' })
  readonly kind!: TargetState['kind'];

  @ApiProperty(instant)
  readonly lastPolledAt!: string | null;

  @ApiProperty(instant)
  readonly lastChangedAt!: string | null;

  @ApiProperty({ ...instant, description: 'Null while it is suspended.' })
  readonly nextDueAt!: string | null;

  @ApiProperty({ description: 'Whether a poll is under way.', example: false })
  readonly polling!: boolean;

  @ApiProperty({ type: 'integer', example: 300 })
  readonly intervalSeconds!: number;

  @ApiProperty({ type: 'integer', description: 'In a row.', example: 0 })
  readonly failures!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly lastError!: string | null;

  @ApiProperty({
    enum: ['tenant', 'resource', 'connection'],
    nullable: true,
    description:
      'Of what this replica asks the provider for only now and then, since nothing of it was answered lately: the whole tenant, this resource for all athletes, or this athlete.',
    example: null,
  })
  readonly breaker!: BreakerScope | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is not polled, or null.', example: null })
  readonly suspended!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Learned from what was seen.', example: 3.2 })
  readonly expectedChangesPerDay!: number | null;

  @ApiProperty({
    description: 'For people: why it was or was not polled, and what comes next.',
    example:
      'Listed every 104 min or so, next in 31 min: changes are expected 3.2 times a day, and a request is made when it saves 18 min of delay of one change.',
  })
  readonly why!: string;

  @ApiProperty({ ...days, description: 'Local days whose detail waits to be read.' })
  readonly wantedDays!: readonly string[];

  @ApiProperty({ ...days, description: 'Local days given up for now.' })
  readonly skippedDays!: readonly string[];
}

export class SyncView implements Omit<SyncState, 'targets'> {
  @ApiProperty({ format: 'uuid', example: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c' })
  readonly connection!: string;

  @ApiProperty({ description: 'While its tenant is paused, no target is polled.', example: false })
  readonly tenantPaused!: boolean;

  @ApiProperty({ example: 'active' })
  readonly status!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is not active, or null.', example: null })
  readonly statusReason!: string | null;

  @ApiProperty({ type: [TargetView] })
  readonly targets!: readonly TargetView[];

  @ApiProperty({ type: BudgetView })
  readonly budget!: BudgetView;
}

const resourceNames = resources.map(({ name }) => name);

export class PollDemand {
  @ApiPropertyOptional({
    enum: resourceNames,
    isArray: true,
    uniqueItems: true,
    minItems: 1,
    description: 'Only these; all unless given. May be given several times.',
  })
  @IfGiven()
  @AsList()
  @IsIn(resourceNames, { each: true })
  @ArrayUnique()
  readonly resource?: readonly string[];
}

export class PollView {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'How many targets are due now.', example: 21 })
  readonly due!: number;
}
