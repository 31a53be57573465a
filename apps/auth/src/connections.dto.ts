import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { Paged } from './paged.dto.ts';
import type { Connection, ConnectionStatus } from './ports.ts';

export const connectionStatuses = ['active', 'degraded', 'needs_reauth', 'revoked', 'paused', 'erased'] as const;

export class ListConnections extends Paged {
  @ApiPropertyOptional({ enum: connectionStatuses, isArray: true, description: 'May be given several times.' })
  @IsOptional()
  @Transform(({ value }) => (Array.isArray(value) ? (value as unknown) : [value]))
  @IsIn(connectionStatuses, { each: true })
  @ArrayUnique()
  readonly status?: readonly ConnectionStatus[];

  @ApiPropertyOptional({ description: 'Only the connections of this athlete.', maxLength: 200 })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly userReference?: string;

  @ApiPropertyOptional({ format: 'uuid', description: '`nextCursor` of the page before.' })
  @IsOptional()
  @IsUUID()
  readonly cursor?: string;
}

export class ConnectionView {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty()
  readonly tenant!: string;

  @ApiProperty()
  readonly userReference!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly polarUserId!: string | null;

  @ApiProperty({ type: [String] })
  readonly scopes!: readonly string[];

  @ApiProperty({ enum: connectionStatuses })
  readonly status!: ConnectionStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Why it has this status, where there is a why.' })
  readonly statusReason!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly establishedAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

export class ConnectionPageView {
  @ApiProperty({ type: [ConnectionView] })
  readonly connections!: readonly ConnectionView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;
}

export class ErasureView {
  @ApiProperty({ type: [String], description: 'Ids of all connections that the athlete had with the tenant.' })
  readonly connections!: readonly string[];

  @ApiProperty({ description: 'False while events of the athlete wait for Kafka.' })
  readonly isComplete!: boolean;
}

export function viewOf(connection: Connection): ConnectionView {
  const { id, tenant, userReference, polarUserId, scopes, status, statusReason, establishedAt, updatedAt } = connection;
  return {
    id,
    tenant,
    userReference,
    polarUserId,
    scopes,
    status,
    statusReason,
    establishedAt: establishedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
