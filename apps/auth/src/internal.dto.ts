import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';

const fingerprint = { message: 'must be the SHA-256 of an access token, 64 hex digits' };

export class AccessTokenRequest {
  @ApiPropertyOptional({ description: 'SHA-256 (hex) of an access token that the provider answered 401 to.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, fingerprint)
  readonly rejected?: string;
}

export class AccessTokenView {
  @ApiProperty()
  readonly accessToken!: string;

  @ApiProperty({ format: 'date-time' })
  readonly expiresAt!: string;
}

export const rejectionReasons = ['token_rejected', 'consent_missing'] as const;

export class RejectionReport {
  @ApiProperty({
    enum: rejectionReasons,
    description: '`token_rejected`: 401 again after a good refresh; `consent_missing`: 403 that names no scope.',
  })
  @IsIn(rejectionReasons)
  readonly reason!: (typeof rejectionReasons)[number];

  @ApiPropertyOptional({ description: 'SHA-256 (hex) of the refused token: a report about an older one is ignored.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, fingerprint)
  readonly rejected?: string;
}
