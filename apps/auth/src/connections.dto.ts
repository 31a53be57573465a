import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayUnique, IsIn, IsUUID } from 'class-validator';
import { AsList, IfGiven, Paged } from '#platform';
import { IsUserReference, exampleId, userReferenceSchema } from './api-parameters.ts';
import type { Connection, ConnectionStatus } from './ports.ts';

export const connectionStatuses = ['active', 'degraded', 'needs_reauth', 'revoked', 'paused', 'erased'] as const;

export class ListConnections extends Paged {
  @ApiPropertyOptional({
    enum: connectionStatuses,
    isArray: true,
    uniqueItems: true,
    minItems: 1,
    description: 'May be given several times.',
  })
  @IfGiven()
  @AsList()
  @IsIn(connectionStatuses, { each: true })
  @ArrayUnique()
  readonly status?: readonly ConnectionStatus[];

  @ApiPropertyOptional({ ...userReferenceSchema, description: 'Only the connections of this athlete.' })
  @IfGiven()
  @IsUserReference()
  readonly userReference?: string;

  @ApiPropertyOptional({ format: 'uuid', description: '`nextCursor` of the page before.' })
  @IfGiven()
  @IsUUID('loose')
  readonly cursor?: string;
}

export class ConnectionView {
  @ApiProperty({ format: 'uuid', example: exampleId })
  readonly id!: string;

  @ApiProperty({ example: 'acme' })
  readonly tenant!: string;

  @ApiProperty({ example: 'athlete-4711' })
  readonly userReference!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where Polar did not tell it.', example: '10000042' })
  readonly polarUserId!: string | null;

  @ApiProperty({ type: [String], example: ['sleep:read'] })
  readonly scopes!: readonly string[];

  @ApiProperty({ enum: connectionStatuses, example: 'needs_reauth' })
  readonly status!: ConnectionStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it has this status, where there is a why.',
    example: 'invalid_grant',
  })
  readonly statusReason!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly establishedAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly updatedAt!: string;
}

export class ConnectionPageView {
  @ApiProperty({ type: [ConnectionView] })
  readonly connections!: readonly ConnectionView[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null on the last page.', example: null })
  readonly nextCursor!: string | null;
}

export class ErasureView {
  @ApiProperty({
    type: [String],
    example: [exampleId],
    description: 'Ids of all connections that the athlete had with the tenant.',
  })
  readonly connections!: readonly string[];

  @ApiProperty({ description: 'False while events of the athlete wait for Kafka.', example: true })
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
