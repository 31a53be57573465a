import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { BridgeError, type Budget, type BudgetUsage, type Tenants } from '#core';
import { Actor, Problem, RequireToken, UuidPipe } from '#platform';
import { SyncStore, type SyncState } from './sync-store.ts';

export interface SyncAnswer extends SyncState {
  readonly connection: string;
  /** While its tenant is paused, no target is polled. */
  readonly tenantPaused: boolean;
  readonly budget: BudgetUsage;
}

@ApiTags('sync')
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connections/:id')
export class SyncController {
  readonly #store: SyncStore;
  readonly #tenants: Tenants;
  readonly #budget: Budget;

  constructor(store: SyncStore, @Inject('tenants') tenants: Tenants, @Inject('budget') budget: Budget) {
    this.#store = store;
    this.#tenants = tenants;
    this.#budget = budget;
  }

  @Get('sync')
  @ApiOperation({
    summary: 'Why a connection is synced or not: per resource the last poll, the next one, failures and their reason',
  })
  async sync(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<SyncAnswer> {
    const { paused } = this.#tenants.get(tenant);
    const found = await this.#store.syncOf(tenant, id);
    if (found === undefined) throw unknown(tenant, id);
    return { connection: id, tenantPaused: paused, ...found, budget: await this.#budget.usage(tenant) };
  }

  @Post('poll')
  @HttpCode(202)
  @ApiOperation({ summary: 'Makes all targets of a connection due now' })
  async poll(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<{ readonly due: number }> {
    if (this.#tenants.get(tenant).paused)
      throw new Problem(409, 'The tenant is paused: nothing of it is polled.', { code: 'TENANT_PAUSED' });
    const due = await this.#store.pollNow(tenant, id, actor);
    if (due > 0) return { due };
    const found = await this.#store.syncOf(tenant, id);
    if (found === undefined) throw unknown(tenant, id);
    throw new Problem(409, `The connection is ${found.status}: nothing of it is polled.`, {
      code: 'CONNECTION_NOT_ACTIVE',
      members: { connectionStatus: found.status, reason: found.statusReason },
    });
  }
}

function unknown(tenant: string, id: string): BridgeError {
  return new BridgeError('NOT_FOUND', `This tenant (${tenant}) has no connection ${id}`);
}
