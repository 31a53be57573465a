import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { refusalReasons } from '#core';
import { IfGiven, Paged } from '#platform';
import type { ParkedRow, ParkedStream } from '#store';

const uuidOrClient = /^(client|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const exampleStream = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';

export class TenantPath {
  @ApiProperty({ example: 'acme', description: 'The id of a tenant of the tenant file.' })
  @IsString()
  readonly tenant!: string;
}

export class StreamPath extends TenantPath {
  @ApiProperty({
    pattern: uuidOrClient.source,
    description: 'The id of a connection, or `client` for what concerns all athletes of the tenant.',
    example: exampleStream,
  })
  @Matches(uuidOrClient, { message: 'the id of a connection, or `client`' })
  readonly stream!: string;
}

export class ParkedEventPath extends StreamPath {
  @ApiProperty({ pattern: '^[0-9]{1,18}$', description: 'The place of the event in its lane.', example: '1044' })
  @Matches(/^[0-9]{1,18}$/, { message: 'a position, as the list of parked events shows it' })
  readonly position!: string;
}

export class ListParked extends Paged {
  @ApiPropertyOptional({ description: '`nextCursor` of the page before.', pattern: uuidOrClient.source })
  @IfGiven()
  @Matches(uuidOrClient, { message: '`nextCursor` of the page before' })
  readonly cursor?: string;
}

export class ListParkedEvents extends Paged {
  @ApiPropertyOptional({ description: '`nextCursor` of the page before.', pattern: '^[0-9]{1,18}$' })
  @IfGiven()
  @Matches(/^[0-9]{1,18}$/, { message: '`nextCursor` of the page before' })
  readonly cursor?: string;
}

export class ParkedStreamView {
  @ApiProperty({ description: 'The connection, or `client` for what concerns all athletes.', example: exampleStream })
  readonly stream!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  readonly lane!: number;

  @ApiProperty({
    enum: refusalReasons,
    description: 'Why the broker does not take the first event.',
    example: 'too_large',
  })
  readonly reason!: string;

  @ApiProperty({
    description: "The broker's words.",
    example: 'The request included a message larger than the max message size the server will accept',
  })
  readonly detail!: string;

  @ApiProperty({ description: 'Of the event that was refused.', example: 'polar.acme.sleep.v1' })
  readonly topic!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'It, and what waits behind it.', example: 12 })
  readonly events!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly parkedAt!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'How often it was refused.', example: 2 })
  readonly tries!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:35:00.000Z' })
  readonly triedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it is tried again.', example: '2026-11-27T09:45:00.000Z' })
  readonly nextTryAt!: string;
}

export class ParkedPageView {
  @ApiProperty({ type: [ParkedStreamView] })
  readonly parked!: readonly ParkedStreamView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;
}

export class ParkedEventView {
  @ApiProperty({ description: 'The place of the event in its lane.', example: '1044' })
  readonly position!: string;

  @ApiProperty({ format: 'uuid', description: '`ce_id`', example: '0f6e7a5e-7a39-5c02-a7a0-5b7a0f3f7d6c' })
  readonly id!: string;

  @ApiProperty({ description: '`ce_type`', example: 'accesslink.SleepScored.v1' })
  readonly type!: string;

  @ApiProperty({ example: 'polar.acme.sleep.v1' })
  readonly topic!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Of value and headers.', example: 1200345 })
  readonly bytes!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly createdAt!: string;
}

export class ParkedEventsView {
  @ApiProperty({ type: [ParkedEventView], description: 'In their order; the first one is what is refused.' })
  readonly events!: readonly ParkedEventView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly nextCursor!: string | null;
}

export class RetriedView {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many streams are tried again now.', example: 12 })
  readonly retried!: number;
}

export const viewOfStream = (parked: ParkedStream): ParkedStreamView => ({
  stream: parked.stream,
  lane: parked.lane,
  reason: parked.reason,
  detail: parked.detail,
  topic: parked.topic,
  events: parked.rows,
  parkedAt: parked.parkedAt.toISOString(),
  tries: parked.tries,
  triedAt: parked.triedAt.toISOString(),
  nextTryAt: parked.nextTryAt.toISOString(),
});

export const viewOfRow = ({ createdAt, ...rest }: ParkedRow): ParkedEventView => ({
  ...rest,
  createdAt: createdAt.toISOString(),
});
