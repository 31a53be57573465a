import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';

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
  @ApiProperty({ description: 'To be opened by the athlete, once.' })
  readonly url!: string;

  @ApiProperty({ format: 'date-time' })
  readonly expiresAt!: string;
}
