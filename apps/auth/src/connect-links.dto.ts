import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsOptional, IsString, IsUUID, Length, Matches } from 'class-validator';
import { Paged } from './paged.dto.ts';
import type { ConnectLinkState } from './ports.ts';

export class CreateConnectLink {
  @ApiProperty({ description: "The tenant's own name for the athlete; it comes back in every event.", maxLength: 200 })
  @IsString()
  @Length(1, 200)
  // Control characters have no place in a name that goes through logs and headers.
  @Matches(/^\P{Cc}*$/u, { message: 'userReference must not hold control characters' })
  readonly userReference!: string;

  @ApiPropertyOptional({
    type: [String],
    description: "Default: what the tenant's resources need.",
    example: ['sleep:read'],
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  readonly scopes?: readonly string[];

  @ApiPropertyOptional({
    description: "One of the tenant's returnUrls. Without one the athlete sees a small page of ours.",
  })
  @IsOptional()
  @IsString()
  readonly returnUrl?: string;
}

export class ConnectLinkView {
  @ApiProperty({ format: 'uuid', description: 'Names the link in the list of links and in the log.' })
  readonly id!: string;

  @ApiProperty({ description: 'To be opened by the athlete, once.' })
  readonly url!: string;

  @ApiProperty({ format: 'date-time' })
  readonly expiresAt!: string;
}

export class ListConnectLinks extends Paged {
  @ApiPropertyOptional({ description: 'Only the links of this athlete.', maxLength: 200 })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly userReference?: string;

  @ApiPropertyOptional({ format: 'uuid', description: '`nextCursor` of the page before.' })
  @IsOptional()
  @IsUUID()
  readonly cursor?: string;
}

export class LinkFailureView {
  @ApiProperty({ description: 'As in `error` of the return URL.', example: 'access_denied' })
  readonly code!: string;

  @ApiProperty({ type: String, nullable: true, description: "The provider's own code, where it sent one." })
  readonly detail!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

/** A link without its token: that stands in the answer of its making only. */
export class ConnectLinkStateView {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty()
  readonly userReference!: string;

  @ApiProperty({ type: [String] })
  readonly scopes!: readonly string[];

  @ApiProperty({ type: String, nullable: true })
  readonly returnUrl!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
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

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
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
