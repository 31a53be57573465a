import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { IfGiven } from '#platform';

const exampleFingerprint = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const fingerprint = { message: 'the SHA-256 of an access token, 64 hex digits' };

export class AccessTokenRequest {
  @ApiPropertyOptional({
    description: 'SHA-256 (hex) of an access token that the provider answered 401 to.',
    pattern: '^[0-9a-f]{64}$',
    example: exampleFingerprint,
  })
  @IfGiven()
  @Matches(/^[0-9a-f]{64}$/, fingerprint)
  readonly rejected?: string;
}

export class AccessTokenView {
  @ApiProperty({ description: 'To be kept in memory only.', example: 'opaque' })
  readonly accessToken!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-27T09:30:00.000Z' })
  readonly expiresAt!: string;
}

export const rejectionReasons = ['token_rejected', 'consent_missing'] as const;

export class RejectionReport {
  @ApiProperty({
    enum: rejectionReasons,
    example: 'token_rejected',
    description: '`token_rejected`: 401 again after a good refresh; `consent_missing`: 403 that names no scope.',
  })
  @IsIn(rejectionReasons)
  readonly reason!: (typeof rejectionReasons)[number];

  @ApiPropertyOptional({
    description: 'SHA-256 (hex) of the refused token: a report about an older one is ignored.',
    pattern: '^[0-9a-f]{64}$',
    example: exampleFingerprint,
  })
  @IfGiven()
  @Matches(/^[0-9a-f]{64}$/, fingerprint)
  readonly rejected?: string;
}
