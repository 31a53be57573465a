import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsUUID, Matches, Max, Min, ValidateBy } from 'class-validator';
import { IfGiven, Paged } from '#platform';
import { allEventTypes } from '#resources';
import type { Replay, ReplayStatus } from '#store';

const exampleId = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';
const eventTypes = [...allEventTypes()];
const modes = ['live', 'backfill', 'reconcile'];
const time = { format: 'date-time', example: '2026-11-20T00:00:00Z' };
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A moment that is one everywhere. */
const IsMoment = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isMoment',
      validator: {
        validate: (value) => typeof value === 'string' && rfc3339.test(value) && !Number.isNaN(Date.parse(value)),
      },
    },
    { message: 'a time with its zone, such as 2026-11-20T00:00:00Z' },
  );

export class NewReplay {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only events of this connection.', example: exampleId })
  @IfGiven()
  @IsUUID('loose')
  readonly connection?: string;

  @ApiPropertyOptional({
    type: [String],
    uniqueItems: true,
    description: 'Only events of these types.',
    items: { type: 'string', enum: eventTypes },
    example: ['SleepScored', 'SleepRevised'],
  })
  @IfGiven()
  @IsArray()
  @ArrayUnique()
  // An unknown one would match no event, and a replay of nothing looks like one that is done.
  @IsIn(eventTypes, { each: true, message: `types: ${eventTypes.join(', ')}` })
  readonly types?: string[];

  @ApiPropertyOptional({
    type: [String],
    uniqueItems: true,
    description: 'Only events of these modes.',
    items: { type: 'string', enum: modes },
    example: ['live'],
  })
  @IfGiven()
  @IsArray()
  @ArrayUnique()
  @IsIn(modes, { each: true })
  readonly modes?: ('live' | 'backfill' | 'reconcile')[];

  @ApiProperty({ ...time, description: 'Events recorded from here on.' })
  @IsMoment()
  readonly from!: string;

  @ApiProperty({ ...time, example: '2026-11-21T00:00:00Z', description: 'Until before this.' })
  @IsMoment()
  readonly to!: string;

  @ApiPropertyOptional({
    pattern: '^[A-Za-z0-9._-]{1,249}$',
    description: 'All of them into this topic, which exists; else each one into its own.',
  })
  @IfGiven()
  @Matches(/^[A-Za-z0-9._-]{1,249}$/, { message: '1 to 249 of A-Z, a-z, 0-9, ., _ and -' })
  readonly topic?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100_000, default: 500, description: 'Events a second.' })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly perSecond?: number;

  @ApiPropertyOptional({ default: false, description: 'Only tells how many there are.' })
  @IfGiven()
  @IsBoolean()
  readonly dryRun?: boolean;
}

export class ListReplays extends Paged {
  @ApiPropertyOptional({ format: 'uuid', description: '`nextCursor` of the page before.' })
  @IfGiven()
  @IsUUID('loose')
  readonly cursor?: string;
}

export class ReplayView {
  @ApiProperty({ format: 'uuid', description: '`ce_replay` of its events.', example: exampleId })
  readonly id!: string;

  @ApiProperty({ enum: ['running', 'paused', 'done', 'cancelled', 'failed'], example: 'running' })
  readonly status!: ReplayStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Why it has failed.', example: null })
  readonly reason!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'How many there were when it began; null: more than could be counted within 10 s.',
    example: 12_000,
  })
  readonly events!: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many are published by now.', example: 4_500 })
  readonly published!: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  readonly connection!: string | null;

  @ApiProperty({ type: [String], description: 'Empty: all.', example: ['SleepScored'] })
  readonly types!: readonly string[];

  @ApiProperty({ type: [String], description: 'Empty: all.', example: [] })
  readonly modes!: readonly string[];

  @ApiProperty(time)
  readonly from!: string;

  @ApiProperty(time)
  readonly to!: string;

  @ApiProperty({ type: String, nullable: true, description: "Null: each event's own.", example: null })
  readonly topic!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, example: 500 })
  readonly perSecond!: number;

  @ApiProperty(time)
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly endedAt!: string | null;
}

export class ReplaySizeView {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'Null: more than could be counted within 10 s.',
    example: 12_000,
  })
  readonly events!: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'How long it takes at so many a second; null where they were not counted.',
    example: 24,
  })
  readonly seconds!: number | null;
}

export class ReplayPageView {
  @ApiProperty({ type: [ReplayView] })
  readonly replays!: readonly ReplayView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;
}

/** As the outbox has it. */
export const fullType = (name: string): string => `accesslink.${name}.v1`;

export const viewOfReplay = (one: Replay): ReplayView => ({
  id: one.id,
  status: one.status,
  reason: one.reason,
  events: one.events,
  published: one.published,
  connection: one.connection,
  types: one.types.map((type) => type.replace(/^accesslink\.(.*)\.v1$/, '$1')),
  modes: one.modes,
  from: one.from.toISOString(),
  to: one.to.toISOString(),
  topic: one.topic,
  perSecond: one.perSecond,
  createdAt: one.createdAt.toISOString(),
  endedAt: one.endedAt?.toISOString() ?? null,
});
