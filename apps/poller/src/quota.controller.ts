import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Budget, Tenants } from '#core';
import { ApiProblems, RequireToken } from '#platform';
import { QuotaView } from './quota.dto.ts';

@ApiTags('quota')
@ApiParam({ name: 'tenant', example: 'acme' })
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/quota')
export class QuotaController {
  readonly #tenants: Tenants;
  readonly #budget: Budget;

  constructor(@Inject('tenants') tenants: Tenants, @Inject('budget') budget: Budget) {
    this.#tenants = tenants;
    this.#budget = budget;
  }

  @Get()
  @ApiOkResponse({ type: QuotaView, description: 'What was used of each window, and what is left' })
  @ApiOperation({ operationId: 'quota', summary: 'Requests used and allowed in each window of a tenant' })
  async usage(@Param('tenant') tenant: string): Promise<QuotaView> {
    const { id } = this.#tenants.get(tenant);
    return { tenant: id, ...(await this.#budget.usage(id)) };
  }
}
