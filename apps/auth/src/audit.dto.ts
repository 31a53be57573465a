import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { Paged } from './paged.dto.ts';
import type { AuditEntry } from './ports.ts';

export class ListAudit extends Paged {
  @ApiPropertyOptional({ description: 'Only what was done to this tenant.', example: 'acme' })
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9-]{1,40}$/)
  readonly tenant?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only what was done to this connection or link.' })
  @IsOptional()
  @IsUUID()
  readonly subject?: string;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.', pattern: '^[0-9]{1,18}$' })
  @IsOptional()
  @Matches(/^[0-9]{1,18}$/)
  readonly cursor?: string;
}

export class AuditEntryView {
  @ApiProperty({ example: '42' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ description: 'What the header `X-Actor` said, or `admin`.', example: 'alice' })
  readonly actor!: string;

  @ApiProperty({ example: 'connection.paused' })
  readonly action!: string;

  @ApiProperty({ type: String, nullable: true, example: 'acme' })
  readonly tenant!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Of the connection or link.' })
  readonly subject!: string | null;

  @ApiProperty({ description: 'False when everything was as wanted already.' })
  readonly changed!: boolean;
}

export class AuditPageView {
  @ApiProperty({ type: [AuditEntryView] })
  readonly entries!: readonly AuditEntryView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;
}

export const viewOfEntry = ({ id, at, actor, action, tenant, subject, changed }: AuditEntry): AuditEntryView => ({
  id,
  at: at.toISOString(),
  actor,
  action,
  tenant,
  subject,
  changed,
});
