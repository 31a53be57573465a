import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsString, Matches } from 'class-validator';
import { IfGiven, Paged } from '#platform';
import { IsUserReference, exampleId, userReferenceSchema } from './api-parameters.ts';
import { documentedScopes } from './scopes.ts';
import type { ConnectLinkState, LinkPosition } from './ports.ts';

export class CreateConnectLink {
  @ApiProperty(userReferenceSchema)
  @IsUserReference()
  readonly userReference!: string;

  @ApiPropertyOptional({
    enum: documentedScopes,
    isArray: true,
    minItems: 1,
    description: "Default: what the tenant's resources need.",
    example: ['sleep:read'],
  })
  @IfGiven()
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  readonly scopes?: readonly string[];

  @ApiPropertyOptional({
    description: "One of the tenant's returnUrls. Without one the athlete sees a small page of ours.",
    format: 'uri',
    example: 'https://app.acme.example/connected',
  })
  @IfGiven()
  @IsString()
  readonly returnUrl?: string;
}

export class ConnectLinkView {
  @ApiProperty({
    format: 'uuid',
    description: 'Names the link in the list of links and in the log.',
    example: exampleId,
  })
  readonly id!: string;

  @ApiProperty({
    description: 'To be opened by the athlete, once.',
    format: 'uri',
    example: 'https://connect.example/connect/…',
  })
  readonly url!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly expiresAt!: string;
}

/** When the last link of a page was made, in epoch milliseconds, and its id: it holds when the link is gone, too. */
const cursorPattern = /^\d{1,13}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const cursorOf = ({ createdAt, id }: LinkPosition): string => `${String(createdAt.getTime())}_${id}`;

export function positionOf(cursor: string): LinkPosition {
  const [millis = '', id = ''] = cursor.split('_');
  return { createdAt: new Date(Number(millis)), id };
}

export class ListConnectLinks extends Paged {
  @ApiPropertyOptional({ ...userReferenceSchema, description: 'Only the links of this athlete.' })
  @IfGiven()
  @IsUserReference()
  readonly userReference?: string;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.', pattern: cursorPattern.source })
  @IfGiven()
  @Matches(cursorPattern, { message: '`nextCursor` of the page before' })
  readonly cursor?: string;
}

export class LinkFailureView {
  @ApiProperty({ description: 'As in `error` of the return URL.', example: 'access_denied' })
  readonly code!: string;

  @ApiProperty({ type: String, nullable: true, description: "The provider's own code, where it sent one." })
  readonly detail!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly at!: string;
}

/** A link without its token: that stands in the answer of its making only. */
export class ConnectLinkStateView {
  @ApiProperty({ format: 'uuid', example: exampleId })
  readonly id!: string;

  @ApiProperty({ example: 'athlete-4711' })
  readonly userReference!: string;

  @ApiProperty({ type: [String], example: ['sleep:read'] })
  readonly scopes!: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: 'https://app.acme.example/connected' })
  readonly returnUrl!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly expiresAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When a consent was completed.' })
  readonly usedAt!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The connection that it led to.' })
  readonly connection!: string | null;

  @ApiProperty({ type: LinkFailureView, nullable: true, description: 'Why the last consent came to nothing.' })
  readonly failure!: LinkFailureView | null;
}

export class ConnectLinkPageView {
  @ApiProperty({ type: [ConnectLinkStateView] })
  readonly connectLinks!: readonly ConnectLinkStateView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.', example: null })
  readonly nextCursor!: string | null;
}

export function viewOfLink(link: ConnectLinkState): ConnectLinkStateView {
  const { id, userReference, scopes, returnUrl, createdAt, expiresAt, usedAt, connection, failure } = link;
  return {
    id,
    userReference,
    scopes,
    returnUrl,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
    connection,
    failure: failure && { ...failure, at: failure.at.toISOString() },
  };
}
