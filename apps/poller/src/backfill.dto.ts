import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsBoolean, IsString, ValidateBy } from 'class-validator';
import { isDate } from '#core';
import { IfGiven } from '#platform';
import type { BackfillResource, BackfillState } from '#store';

const day = { type: String, format: 'date', example: '2026-11-20' } as const;
const instant = { type: String, format: 'date-time', example: '2026-11-27T09:30:00.000Z' } as const;
const days = { type: String, format: 'date', isArray: true } as const;

const IsDay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) => typeof value === 'string' && isDate(value),
      defaultMessage: () => 'a day, YYYY-MM-DD',
    },
  });

export class NewBackfill {
  @ApiProperty({ ...day, description: 'First day, local to the athlete.' })
  @IsDay()
  readonly from!: string;

  @ApiProperty({
    ...day,
    example: '2026-11-27',
    description:
      "The day after the last one; at most the athlete's today, since days that are not over are polled live.",
  })
  @IsDay()
  readonly to!: string;

  @ApiPropertyOptional({
    type: String,
    isArray: true,
    uniqueItems: true,
    minItems: 1,
    maxItems: 100,
    example: ['sleeps', 'activity'],
    description: 'All that are polled by days and granted, unless given.',
  })
  @IfGiven()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100, { message: 'at most 100' })
  @ArrayUnique()
  @IsString({ each: true })
  readonly resources?: readonly string[];

  @ApiPropertyOptional({ default: false, example: false, description: 'Only tells what it would cost.' })
  @IfGiven()
  @IsBoolean({ message: 'true or false' })
  readonly dryRun?: boolean;
}

class ResourceCostView {
  @ApiProperty({ example: 'sleeps' })
  readonly resource!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 1,
    description: 'Of the longest range that one listing may have.',
  })
  readonly listings!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 7,
    description: 'Expected: a detail for each day that is not known yet and is expected to have data.',
  })
  readonly details!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 8 })
  readonly requests!: number;
}

export class BackfillCostView {
  @ApiProperty({ format: 'uuid', example: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c' })
  readonly connection!: string;

  @ApiProperty(day)
  readonly from!: string;

  @ApiProperty({ ...day, example: '2026-11-27' })
  readonly to!: string;

  @ApiProperty({ type: [ResourceCostView] })
  readonly resources!: readonly ResourceCostView[];

  @ApiProperty({ type: 'integer', minimum: 0, example: 8 })
  readonly requests!: number;

  @ApiProperty({
    type: Number,
    minimum: 0,
    nullable: true,
    example: 0.25,
    description: 'In what is left for backfills now, if it has all of that; null while nothing is left.',
  })
  readonly expectedHours!: number | null;
}

class RangeView {
  @ApiProperty(day)
  readonly from!: string;

  @ApiProperty({ ...day, example: '2026-11-27' })
  readonly to!: string;
}

class BackfillResourceView implements BackfillResource {
  @ApiProperty({ example: 'sleeps' })
  readonly resource!: string;

  @ApiProperty({ example: false })
  readonly done!: boolean;

  @ApiProperty({ type: RangeView, nullable: true, description: 'What is still to be listed; null when all is.' })
  readonly remaining!: RangeView | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 3, description: 'Days that wait to be read.' })
  readonly daysWanted!: number;

  @ApiProperty({ ...days, example: [], description: 'Days given up for now.' })
  readonly skippedDays!: readonly string[];

  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  readonly requestsUsed!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'In a row.' })
  readonly failures!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly lastError!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not go on, or null.' })
  readonly suspended!: string | null;
}

class BackfillView implements BackfillState {
  @ApiProperty({ ...instant, description: 'Names it in its events.' })
  readonly startedAt!: string;

  @ApiProperty(day)
  readonly from!: string;

  @ApiProperty({ ...day, example: '2026-11-27' })
  readonly to!: string;

  @ApiProperty({
    enum: ['connect', 'demand', 'device'],
    example: 'demand',
    description: 'What began it; `device` is a watch that synced after a while.',
  })
  readonly origin!: BackfillState['origin'];

  @ApiProperty({ ...instant, nullable: true, example: null, description: 'Null while it goes on.' })
  readonly pausedAt!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  readonly requestsUsed!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { SleepRecorded: 4 },
    description: 'Events that it has told so far, by type.',
  })
  readonly counts!: Readonly<Record<string, number>>;

  @ApiProperty({ type: [BackfillResourceView] })
  readonly resources!: readonly BackfillResourceView[];

  @ApiProperty({ type: 'integer', minimum: 0, example: 5, description: 'Expected.' })
  readonly requestsLeft!: number;

  @ApiProperty({
    ...instant,
    nullable: true,
    description:
      'In what is left for backfills now, if it has all of that; null while it does not go on or nothing is left.',
  })
  readonly expectedEndAt!: string | null;
}

export class BackfillsView {
  @ApiProperty({ format: 'uuid', example: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c' })
  readonly connection!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why nothing of the connection is polled, and so none of them goes on: a sentence, or null.',
  })
  readonly standstill!: string | null;

  @ApiProperty({ type: [BackfillView], description: 'Those under way, oldest first.' })
  readonly backfills!: readonly BackfillView[];
}
