import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { BridgeError, type Budget, type Tenants } from '#core';
import { Actor, ApiProblems, Clock, Problem, RequireToken, UuidPipe } from '#platform';
import type { Breakers } from '#polar';
import { PaceKeeper } from './pace-keeper.ts';
import { SyncStore } from './sync-store.ts';
import { budgetView } from './quota.dto.ts';
import { PollDemand, PollView, SyncView } from './sync.dto.ts';
import { whyOf } from './why.ts';

@ApiTags('sync')
@ApiParam({ name: 'tenant', example: 'acme' })
@ApiParam({ name: 'id', format: 'uuid', example: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c' })
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connections/:id')
export class SyncController {
  readonly #store: SyncStore;
  readonly #tenants: Tenants;
  readonly #budget: Budget;
  readonly #keeper: PaceKeeper;
  readonly #breakers: Pick<Breakers, 'before'>;
  readonly #clock: Clock;

  constructor(
    store: SyncStore,
    @Inject('tenants') tenants: Tenants,
    @Inject('budget') budget: Budget,
    keeper: PaceKeeper,
    @Inject('breakers') breakers: Pick<Breakers, 'before'>,
    clock: Clock,
  ) {
    this.#store = store;
    this.#tenants = tenants;
    this.#budget = budget;
    this.#keeper = keeper;
    this.#breakers = breakers;
    this.#clock = clock;
  }

  @Get('sync')
  @ApiOkResponse({ type: SyncView, description: 'The state of each target' })
  @ApiOperation({
    operationId: 'sync',
    summary: 'Why a connection is synced or not',
    description:
      'Per resource the last poll, the next one, failures in a row, and in words why it is so and what comes next.',
  })
  async sync(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<SyncView> {
    const served = this.#tenants.get(tenant);
    const found = await this.#store.syncOf(tenant, id);
    if (found === undefined) throw unknown(tenant, id);
    const budget = await this.#budget.usage(tenant);
    const about = { isPaused: served.paused, budget, now: this.#clock.now() };
    const targets = found.targets.map(({ rate, ...target }) => {
      const resource = this.#keeper.resource(target.resource);
      const breaker = this.#breakers.before({ tenant, resource: target.resource, connection: id });
      const common = { ...target, breaker: breaker?.scope ?? null };
      if (resource === undefined)
        return { ...common, expectedChangesPerDay: null, why: 'This version does not know the resource.' };
      const { shape } = resource.request;
      const cadence = this.#keeper.of(served, resource);
      return {
        ...common,
        expectedChangesPerDay: shape === 'referenced' ? null : Number(cadence.rate(rate).toPrecision(3)),
        why: whyOf({ ...target, rate }, { ...about, shape, cadence, breaker }),
      };
    });
    return { connection: id, tenantPaused: served.paused, ...found, targets, budget: budgetView(budget) };
  }

  @Post('poll')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: PollView, description: 'They are due' })
  @ApiProblems(409)
  @ApiOperation({ operationId: 'pollNow', summary: 'Makes the targets of a connection due now' })
  async poll(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Query() { resource }: PollDemand,
    @Actor() actor: string,
  ): Promise<PollView> {
    if (this.#tenants.get(tenant).paused)
      throw new Problem(409, 'The tenant is paused: nothing of it is polled.', { code: 'TENANT_PAUSED' });
    const due = await this.#store.pollNow(tenant, id, actor, resource);
    if (due > 0) return { due };
    const found = await this.#store.syncOf(tenant, id);
    if (found === undefined) throw unknown(tenant, id);
    if (resource !== undefined && found.targets.some(({ suspended }) => suspended === null))
      throw new Problem(
        409,
        `Nothing is polled of ${resource.join(', ')}: the tenant does not want it, or the athlete has not granted it.`,
        { code: 'RESOURCE_NOT_POLLED' },
      );
    throw new Problem(409, `The connection is ${found.status}: nothing of it is polled.`, {
      code: 'CONNECTION_NOT_ACTIVE',
      members: { connectionStatus: found.status, reason: found.statusReason },
    });
  }
}

function unknown(tenant: string, id: string): BridgeError {
  return new BridgeError('NOT_FOUND', `This tenant (${tenant}) has no connection ${id}`);
}
