import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Budget, Tenants } from '#core';
import { ApiProblems, RequireToken } from '#platform';
import { PaceKeeper } from './pace-keeper.ts';
import { budgetView, CapacityQuestion, CapacityView, QuotaView } from './quota.dto.ts';

const daySeconds = 86_400;

@ApiTags('quota')
@ApiParam({ name: 'tenant', example: 'acme' })
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant')
export class QuotaController {
  readonly #tenants: Tenants;
  readonly #budget: Budget;
  readonly #keeper: PaceKeeper;

  constructor(@Inject('tenants') tenants: Tenants, @Inject('budget') budget: Budget, keeper: PaceKeeper) {
    this.#tenants = tenants;
    this.#budget = budget;
    this.#keeper = keeper;
  }

  @Get('quota')
  @ApiOkResponse({ type: QuotaView, description: 'What was used of each window, what for, and what is left' })
  @ApiOperation({
    operationId: 'quota',
    summary: 'Requests used and allowed in each window of a tenant',
    description: 'And what they were spent on, and how the rest is shared out.',
  })
  async usage(@Param('tenant') tenant: string): Promise<QuotaView> {
    const { id } = this.#tenants.get(tenant);
    const [usage, spending] = [await this.#budget.usage(id), await this.#keeper.spending(id)];
    const pace = this.#keeper.pace(id);
    return {
      tenant: id,
      ...budgetView(usage),
      spentLastDay: spending.requests,
      pace:
        pace === undefined
          ? null
          : {
              secondsPerRequest: rounded(pace.price * daySeconds),
              allowedPerDay: Math.round(pace.demand.allowed),
              expectedPerDay: Math.round(pace.demand.expected),
              overdue: pace.demand.overdue,
              stretch: rounded(pace.stretch),
              setAt: new Date(pace.setAt).toISOString(),
            },
    };
  }

  @Get('capacity')
  @ApiProblems(400)
  @ApiOkResponse({ type: CapacityView, description: 'The expected delay now and later' })
  @ApiOperation({
    operationId: 'capacity',
    summary: 'What more athletes would cost in delay',
    description:
      'Of athletes that change as often as those that there are, with all of the resources that the tenant wants.',
  })
  capacity(@Param('tenant') tenant: string, @Query() { athletes }: CapacityQuestion): CapacityView {
    const known = this.#tenants.get(tenant);
    return { tenant: known.id, ...this.#keeper.capacity(known, athletes) };
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
