import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BridgeError, type Tenants } from '#core';
import { Actor, ApiProblems, Clock, Ids, pageOf, Problem, RequireToken, UuidPipe } from '#platform';
import type { Replay, ReplayStore } from '#store';
import {
  fullType,
  ListReplays,
  NewReplay,
  ReplayPageView,
  ReplaySizeView,
  ReplayView,
  viewOfReplay,
} from './replays.dto.ts';

/** What the routes of replays need. */
export interface ReplayDesk {
  readonly store: ReplayStore;
  hasTopic(topic: string): Promise<boolean>;
}
export const REPLAYS = Symbol('replays');

const defaultPerSecond = 500;

@ApiTags('replays')
@ApiParam({ name: 'tenant', example: 'acme' })
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/replays')
export class ReplaysController {
  readonly #desk: ReplayDesk;
  readonly #tenants: Tenants;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(@Inject(REPLAYS) desk: ReplayDesk, @Inject('tenants') tenants: Tenants, clock: Clock, ids: Ids) {
    this.#desk = desk;
    this.#tenants = tenants;
    this.#clock = clock;
    this.#ids = ids;
  }

  @Post()
  @HttpCode(202)
  @ApiAcceptedResponse({ type: ReplayView, description: 'It begins within seconds.' })
  @ApiProblems(409)
  @ApiOkResponse({ type: ReplaySizeView, description: 'How many there are, with `dryRun`.' })
  @ApiOperation({
    operationId: 'startReplay',
    summary: 'Publishes events of the past once more; with `dryRun` only tells how many',
    description:
      'With the ids and numbers that they had (`ce_id`, `ce_sequence`) and a header `ce_replay`, each athlete in his order. As far back as the outbox keeps them (`OUTBOX_RETENTION_HOURS`). States are not replayed: their topics have them.',
  })
  async start(
    @Param('tenant') tenant: string,
    @Body() wanted: NewReplay,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReplayView | ReplaySizeView> {
    this.#tenants.get(tenant);
    const { connection = null, topic = null, perSecond = defaultPerSecond, types = [], modes = [] } = wanted;
    const [from, to] = [new Date(wanted.from), new Date(Math.min(Date.parse(wanted.to), this.#clock.now()))];
    if (from >= to) throw refused('from', 'a time before `to`, and before now');
    const isElses = this.#tenants
      .all()
      .some(({ id, topics }) => id !== tenant && topic?.startsWith(`${topics.prefix}.`) === true);
    if (topic !== null && (isElses || topic.endsWith('.state.v1') || !(await this.#desk.hasTopic(topic)))) {
      throw new Problem(
        409,
        `There is no topic ${topic} for events of this tenant: make it first, or leave \`topic\` out.`,
        {
          code: 'TOPIC_UNKNOWN',
          members: { topic },
        },
      );
    }
    const scope = { tenant, connection, types: types.map(fullType), modes, from, to };
    const events = (await this.#desk.store.count(scope)) ?? null;
    if (wanted.dryRun === true) {
      reply.status(200);
      return { events, seconds: events === null ? null : Math.ceil(events / perSecond) };
    }
    const id = this.#ids.uuid();
    const action = { actor, action: 'replay.started', tenant, subject: id };
    await this.#desk.store.create({ ...scope, id, topic, perSecond }, events, action);
    return this.#view(tenant, id);
  }

  @Get()
  @ApiOkResponse({ type: ReplayPageView })
  @ApiOperation({ operationId: 'listReplays', summary: "The tenant's replays, newest first" })
  async list(@Param('tenant') tenant: string, @Query() { cursor, limit }: ListReplays): Promise<ReplayPageView> {
    this.#tenants.get(tenant);
    const page = { limit: limit + 1, ...(cursor !== undefined && { after: cursor }) };
    const { items, nextCursor } = pageOf(await this.#desk.store.list(tenant, page), limit, ({ id }) => id);
    return { replays: items.map(viewOfReplay), nextCursor };
  }

  @Get(':id')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: ReplayView })
  @ApiOperation({ operationId: 'getReplay', summary: 'How far a replay is' })
  get(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<ReplayView> {
    return this.#view(tenant, id);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems(409)
  @ApiOkResponse({ type: ReplayView })
  @ApiOperation({ operationId: 'pauseReplay', summary: 'Stops a replay until it is resumed' })
  pause(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<ReplayView> {
    return this.#change('pause', { tenant, id }, actor);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems(409)
  @ApiOkResponse({ type: ReplayView })
  @ApiOperation({ operationId: 'resumeReplay', summary: 'Goes on with one that is paused or has failed' })
  resume(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<ReplayView> {
    return this.#change('resume', { tenant, id }, actor);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems(409)
  @ApiOkResponse({ type: ReplayView })
  @ApiOperation({ operationId: 'cancelReplay', summary: 'Ends a replay; what is published stays published' })
  cancel(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<ReplayView> {
    return this.#change('cancel', { tenant, id }, actor);
  }

  async #change(
    what: 'pause' | 'resume' | 'cancel',
    key: Pick<Replay, 'tenant' | 'id'>,
    actor: string,
  ): Promise<ReplayView> {
    const { status } = await this.#find(key.tenant, key.id);
    const reached = { pause: 'paused', resume: 'running', cancel: 'cancelled' }[what];
    const action = { actor, action: `replay.${reached}`, tenant: key.tenant, subject: key.id };
    if (!(await this.#desk.store[what](key, action)) && status !== reached) {
      throw new Problem(409, `The replay is ${status}: it cannot be ${reached}.`, {
        code: 'REPLAY_STATUS',
        members: { replayStatus: status },
      });
    }
    return this.#view(key.tenant, key.id);
  }

  async #view(tenant: string, id: string): Promise<ReplayView> {
    return viewOfReplay(await this.#find(tenant, id));
  }

  async #find(tenant: string, id: string): Promise<Replay> {
    this.#tenants.get(tenant);
    const found = await this.#desk.store.get(tenant, id);
    if (found !== undefined) return found;
    throw new BridgeError('NOT_FOUND', `This tenant (${tenant}) has no replay ${id}`);
  }
}

const refused = (path: string, allowed: string): Problem =>
  new Problem(400, 'The request has values that are not allowed.', {
    code: 'VALIDATION_FAILED',
    errors: [{ path, allowed }],
  });
