import { ApiProperty } from '@nestjs/swagger';
import type { Finding } from './findings.ts';
import type { Level, Status } from './status.ts';
import type { Severity } from './symptoms.ts';

class FindingView implements Finding {
  @ApiProperty({ type: String, description: 'The name of the finding, for programs.', example: 'provider-silent' })
  readonly kind!: Finding['kind'];

  @ApiProperty({
    enum: ['bad', 'warn'],
    description: '`bad`: somebody has to act now; `warn`: somebody should look at it by day.',
    example: 'bad',
  })
  readonly severity!: Severity;

  @ApiProperty({ example: 'Polar does not answer for acme, since 01:49 UTC (25 min).' })
  readonly what!: string;

  @ApiProperty({ example: 'Polls go on by themselves when it answers, and nothing is lost.' })
  readonly todo!: string;
}

export class StatusView {
  @ApiProperty({ format: 'date-time', example: '2026-11-27T02:14:33.000Z' })
  readonly at!: string;

  @ApiProperty({ enum: ['good', 'warn', 'bad'], description: 'As the worst finding is.', example: 'bad' })
  readonly level!: Level;

  @ApiProperty({ type: [FindingView] })
  readonly findings!: readonly FindingView[];
}

export function statusView({ at, level, findings }: Status): StatusView {
  return { at: new Date(at).toISOString(), level, findings };
}
