import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import type { Connection, ConnectionStatus } from './ports.ts';

export const connectionStatuses = ['active', 'degraded', 'needs_reauth', 'revoked', 'paused', 'erased'] as const;

export class ListConnections {
  @ApiPropertyOptional({ enum: connectionStatuses })
  @IsOptional()
  @IsIn(connectionStatuses)
  readonly status?: ConnectionStatus;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.' })
  @IsOptional()
  @IsUUID()
  readonly cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  readonly limit: number = 100;
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
