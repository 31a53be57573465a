import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Tenants } from '#core';
import { RequireToken } from '#platform';
import { TenantsView } from './tenants.dto.ts';

@ApiTags('tenants')
@RequireToken('admin')
@Controller('v1/tenants')
export class TenantsController {
  readonly #tenants: Tenants;

  constructor(@Inject('tenants') tenants: Tenants) {
    this.#tenants = tenants;
  }

  @Get()
  @ApiOkResponse({ type: TenantsView, description: 'All of the tenant file, in its order' })
  @ApiOperation({ operationId: 'listTenants', summary: 'The tenants that are served' })
  list(): TenantsView {
    return { tenants: this.#tenants.all().map(({ id, name, paused }) => ({ id, name, paused })) };
  }
}
