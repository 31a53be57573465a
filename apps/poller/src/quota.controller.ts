import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Budget, BudgetUsage, Tenants } from '#core';
import { RequireToken } from '#platform';

export interface QuotaAnswer extends BudgetUsage {
  readonly tenant: string;
}

@ApiTags('quota')
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
  @ApiOperation({ summary: 'Requests used and allowed in each window of a tenant' })
  async usage(@Param('tenant') tenant: string): Promise<QuotaAnswer> {
    const { id } = this.#tenants.get(tenant);
    return { tenant: id, ...(await this.#budget.usage(id)) };
  }
}
