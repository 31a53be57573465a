import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, IsUUID, Matches } from 'class-validator';
import { IfGiven, Paged } from '#platform';
import { exampleId } from './api-parameters.ts';
import type { AuditEntry, AuditOutcome } from './ports.ts';

export class ListAudit extends Paged {
  @ApiPropertyOptional({
    description: 'Only what was done to this tenant.',
    pattern: '^[a-z0-9-]{1,40}$',
    example: 'acme',
  })
  @IfGiven()
  @IsString()
  @Matches(/^[a-z0-9-]{1,40}$/, { message: '1 to 40 of a-z, 0-9 and -' })
  readonly tenant?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only what was done to this connection or link.' })
  @IfGiven()
  @IsUUID('loose')
  readonly subject?: string;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.', pattern: '^[0-9]{1,18}$' })
  @IfGiven()
  @Matches(/^[0-9]{1,18}$/, { message: '`nextCursor` of the page before' })
  readonly cursor?: string;
}

export class AuditEntryView {
  @ApiProperty({ example: '42' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly at!: string;

  @ApiProperty({ description: 'What the header `X-Actor` said, or `admin`.', example: 'alice' })
  readonly actor!: string;

  @ApiProperty({ example: 'connection.paused' })
  readonly action!: string;

  @ApiProperty({ type: String, nullable: true, example: 'acme' })
  readonly tenant!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Of the connection or link.',
    example: exampleId,
  })
  readonly subject!: string | null;

  @ApiProperty({
    enum: ['done', 'unchanged', 'refused'],
    description: '`unchanged`: it was so already; `refused`: the state of the thing did not allow it.',
    example: 'done',
  })
  readonly outcome!: AuditOutcome;
}

export class AuditPageView {
  @ApiProperty({ type: [AuditEntryView] })
  readonly entries!: readonly AuditEntryView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;
}

export const viewOfEntry = ({ id, at, actor, action, tenant, subject, outcome }: AuditEntry): AuditEntryView => ({
  id,
  at: at.toISOString(),
  actor,
  action,
  tenant,
  subject,
  outcome,
});
