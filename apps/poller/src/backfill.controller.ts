import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { backfillHours, BridgeError, type Budget, type Resource, type Tenant, type Tenants } from '#core';
import { Actor, ApiProblems, Problem, RequireToken, UuidPipe } from '#platform';
import type { BackfillScene, BackfillState } from '#store';
import { backfilledResources, costLeft, estimate } from './backfill-request.ts';
import { BackfillStore } from './backfill-store.ts';
import { BackfillCostView, BackfillsView, NewBackfill } from './backfill.dto.ts';

/** The resources that a tenant has polled. */
export type ResourcesOf = (tenant: Tenant) => readonly Resource[];

@ApiTags('backfills')
@ApiParam({ name: 'tenant', example: 'acme' })
@ApiParam({ name: 'id', format: 'uuid', example: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c' })
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connections/:id/backfills')
export class BackfillController {
  readonly #store: BackfillStore;
  readonly #tenants: Tenants;
  readonly #budget: Budget;
  readonly #resourcesOf: ResourcesOf;

  constructor(
    store: BackfillStore,
    @Inject('tenants') tenants: Tenants,
    @Inject('budget') budget: Budget,
    @Inject('resourcesOf') resourcesOf: ResourcesOf,
  ) {
    this.#store = store;
    this.#tenants = tenants;
    this.#budget = budget;
    this.#resourcesOf = resourcesOf;
  }

  @Post()
  @HttpCode(202)
  @ApiAcceptedResponse({ type: BackfillsView, description: 'It has begun.' })
  @ApiOkResponse({ type: BackfillCostView, description: 'What it would cost, with `dryRun`.' })
  @ApiProblems(409)
  @ApiOperation({
    operationId: 'startBackfill',
    summary: 'Fetches days of the past again, newest first; with `dryRun` only tells what that would cost',
    description:
      'What is known and has not changed is not told again. Its requests take no more than the share of the budget that is for backfills.',
  })
  async start(
    @Param('tenant') tenantId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { dryRun = false, ...wanted }: NewBackfill,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackfillsView | BackfillCostView> {
    const tenant = this.#tenants.get(tenantId);
    const scene = await this.#scene(tenant, id);
    const resources = backfilledResources(wanted, tenant, this.#resourcesOf(tenant), scene);
    const { from, to } = wanted;
    if (dryRun) {
      reply.status(200);
      const usage = await this.#budget.usage(tenant.id);
      return { connection: id, from, to, ...estimate(wanted, resources, scene, usage) };
    }
    refuseUnlessPossible(tenant, scene);
    const names = resources.map(({ name }) => name);
    if (!(await this.#store.demand(tenant, id, { from, to, resources: names }, actor))) {
      // Somebody was faster.
      refuseUnlessPossible(tenant, await this.#scene(tenant, id));
      throw new Problem(409, 'Another backfill is in the way: try again.', { code: 'BACKFILL_UNDER_WAY' });
    }
    return this.#view(tenant, id);
  }

  @Get()
  @ApiOkResponse({ type: BackfillsView })
  @ApiOperation({
    operationId: 'backfills',
    summary: 'How far the backfills under way are, per resource, and when they are expected to end',
  })
  list(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<BackfillsView> {
    return this.#view(this.#tenants.get(tenant), id);
  }

  @Post('pause')
  @HttpCode(200)
  @ApiOkResponse({ type: BackfillsView })
  @ApiOperation({ operationId: 'pauseBackfills', summary: 'Stops the backfills under way until they are resumed' })
  pause(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<BackfillsView> {
    return this.#change(tenant, id, (known) => this.#store.pause(known, id, actor));
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOkResponse({ type: BackfillsView })
  @ApiOperation({ operationId: 'resumeBackfills', summary: 'Goes on with paused backfills where they have stopped' })
  resume(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<BackfillsView> {
    return this.#change(tenant, id, (known) => this.#store.resume(known, id, actor));
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiOkResponse({ type: BackfillsView })
  @ApiOperation({
    operationId: 'cancelBackfills',
    summary: 'Ends the backfills under way: BackfillCompleted tells so, and what they have read stays',
  })
  cancel(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<BackfillsView> {
    return this.#change(tenant, id, (known) => this.#store.cancel(known, id, actor));
  }

  async #change(tenantId: string, id: string, change: (tenant: Tenant) => Promise<void>): Promise<BackfillsView> {
    const tenant = this.#tenants.get(tenantId);
    await this.#scene(tenant, id);
    await change(tenant);
    return this.#view(tenant, id);
  }

  async #scene(tenant: Tenant, id: string): Promise<BackfillScene> {
    const scene = await this.#store.scene(tenant.id, id);
    if (scene !== undefined) return scene;
    throw new BridgeError('NOT_FOUND', `This tenant (${tenant.id}) has no connection ${id}`);
  }

  async #view(tenant: Tenant, id: string): Promise<BackfillsView> {
    const scene = await this.#scene(tenant, id);
    const standstill = standstillOf(tenant, scene);
    const resources = this.#resourcesOf(tenant);
    const usage = await this.#budget.usage(tenant.id);
    const backfills = scene.underWay.map((one) => {
      const requestsLeft = costLeft(one, resources, scene);
      // As fast as it was until now; a provider that does not answer shows in that.
      const secondsEach = (scene.at - Date.parse(one.startedAt)) / 1000 / Math.max(1, one.requestsUsed);
      const goesOn = one.pausedAt === null && standstill === undefined;
      const hours = goesOn ? backfillHours(usage, requestsLeft, secondsEach) : null;
      const expectedEndAt = hours === null ? null : new Date(scene.at + hours * 3_600_000).toISOString();
      return { ...one, requestsLeft, expectedEndAt };
    });
    return { connection: id, standstill: standstill?.detail ?? null, backfills };
  }
}

function refuseUnlessPossible(tenant: Tenant, scene: BackfillScene): void {
  const standstill = standstillOf(tenant, scene);
  if (standstill !== undefined) throw new Problem(409, standstill.detail, standstill);
  const [first] = scene.underWay;
  if (first !== undefined) throw underWay(first);
}

interface Standstill {
  readonly detail: string;
  readonly code: 'TENANT_PAUSED' | 'CONNECTION_NOT_ACTIVE';
  readonly members?: Readonly<Record<string, string | null>>;
}

/** Why nothing of a connection is polled, its backfills included. */
function standstillOf({ paused }: Tenant, { isPolled, status, statusReason }: BackfillScene): Standstill | undefined {
  if (paused) return { code: 'TENANT_PAUSED', detail: 'The tenant is paused: nothing of it is polled.' };
  if (isPolled) return undefined;
  return {
    code: 'CONNECTION_NOT_ACTIVE',
    detail: `The connection is ${status}: nothing of it is polled.`,
    members: { connectionStatus: status, reason: statusReason },
  };
}

function underWay({ startedAt, from, to, origin, pausedAt }: BackfillState): Problem {
  const state = pausedAt === null ? 'under way' : 'paused';
  return new Problem(
    409,
    `A backfill of ${from} to ${to} is ${state} since ${pausedAt ?? startedAt}: wait for its end, or cancel it first.`,
    { code: 'BACKFILL_UNDER_WAY', members: { startedAt, from, to, origin, pausedAt } },
  );
}
