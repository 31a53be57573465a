import { ApiProperty } from '@nestjs/swagger';

class TenantView {
  @ApiProperty({ example: 'acme' })
  readonly id!: string;

  @ApiProperty({ description: 'As athletes see it.', example: 'Acme Coaching' })
  readonly name!: string;

  @ApiProperty({ description: 'While it is, nothing of it is polled.', example: false })
  readonly paused!: boolean;
}

export class TenantsView {
  @ApiProperty({ type: [TenantView] })
  readonly tenants!: readonly TenantView[];
}
