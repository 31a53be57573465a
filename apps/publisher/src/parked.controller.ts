import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BridgeError, type Tenants } from '#core';
import { Actor, ApiProblems, AppLogger, pageOf, Problem, RequireToken } from '#platform';
import type { ParkedStore } from '#store';
import {
  ListParked,
  ListParkedEvents,
  ParkedEventPath,
  ParkedEventsView,
  ParkedPageView,
  RetriedView,
  StreamPath,
  TenantPath,
  viewOfRow,
  viewOfStream,
} from './parked.dto.ts';

export const PARKED = Symbol('parked');

@ApiTags('parked events')
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/parked')
export class ParkedController {
  readonly #store: ParkedStore;
  readonly #tenants: Tenants;
  readonly #log: AppLogger;

  constructor(@Inject(PARKED) store: ParkedStore, @Inject('tenants') tenants: Tenants, log: AppLogger) {
    this.#store = store;
    this.#tenants = tenants;
    this.#log = log;
  }

  @Get()
  @ApiOkResponse({ type: ParkedPageView })
  @ApiOperation({
    operationId: 'listParked',
    summary: 'Whose events wait because the broker refuses one of them, and why',
  })
  async list(@Param() { tenant }: TenantPath, @Query() { cursor, limit }: ListParked): Promise<ParkedPageView> {
    this.#tenants.get(tenant);
    const found = await this.#store.list(tenant, { limit: limit + 1, ...(cursor !== undefined && { after: cursor }) });
    const { items, nextCursor } = pageOf(found, limit, ({ stream }) => stream);
    return { parked: items.map(viewOfStream), nextCursor };
  }

  @Get(':stream/events')
  @ApiOkResponse({ type: ParkedEventsView })
  @ApiOperation({ operationId: 'listParkedEvents', summary: 'What of one athlete is parked, in its order' })
  async events(
    @Param() { tenant, stream }: StreamPath,
    @Query() { cursor, limit }: ListParkedEvents,
  ): Promise<ParkedEventsView> {
    await this.#parked(tenant, stream);
    const page = { limit: limit + 1, ...(cursor !== undefined && { after: cursor }) };
    const { items, nextCursor } = pageOf(
      await this.#store.rows({ tenant, stream }, page),
      limit,
      ({ position }) => position,
    );
    return { events: items.map(viewOfRow), nextCursor };
  }

  @Post('retry')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: RetriedView })
  @ApiOperation({
    operationId: 'retryAllParked',
    summary: 'Tries all that the tenant has parked again now',
    description: 'Whatever the broker takes is published in its order. What it refuses stays parked.',
  })
  async retryAll(@Param() { tenant }: TenantPath, @Actor() actor: string): Promise<RetriedView> {
    this.#tenants.get(tenant);
    const action = { actor, action: 'parked.retried', tenant, subject: null };
    return { retried: await this.#store.retry(tenant, null, action) };
  }

  @Post(':stream/retry')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: RetriedView })
  @ApiOperation({ operationId: 'retryParked', summary: 'Tries what one athlete has parked again now' })
  async retry(@Param() { tenant, stream }: StreamPath, @Actor() actor: string): Promise<RetriedView> {
    await this.#parked(tenant, stream);
    const action = { actor, action: 'parked.retried', tenant, subject: subjectOf(stream) };
    return { retried: await this.#store.retry(tenant, stream, action) };
  }

  @Delete(':stream/events/:position')
  @HttpCode(204)
  @ApiProblems(409)
  @ApiNoContentResponse({ description: 'It waits no more, and will never be published.' })
  @ApiOperation({
    operationId: 'giveParkedEventUp',
    summary: 'Gives the event up that the broker refuses, for good, and tries what is behind it',
    description:
      'Consumers never get it, and see a gap in `ce_sequence`; where it is a chunk of a series, the event behind it names a chunk that does not come. Raise the limit of the topic and retry where you can.',
  })
  async giveUp(@Param() { tenant, stream, position }: ParkedEventPath, @Actor() actor: string): Promise<void> {
    await this.#parked(tenant, stream);
    const [event] = await this.#store.rows({ tenant, stream }, { limit: 1 });
    const action = { actor, action: 'parked.given-up', tenant, subject: subjectOf(stream) };
    if (!(await this.#store.giveUp({ tenant, stream }, position, action))) {
      throw new Problem(
        409,
        'Only the event that the broker has refused can be given up: the first one, after it was tried.',
        {
          code: 'NOT_REFUSED',
          members: { position, first: event?.position ?? null },
        },
      );
    }
    this.#log.warn('parked event given up', { tenant, stream, position, event: event?.id ?? null, actor });
  }

  async #parked(tenant: string, stream: string): Promise<void> {
    this.#tenants.get(tenant);
    if ((await this.#store.get({ tenant, stream })) !== undefined) return;
    throw new BridgeError('NOT_FOUND', `Nothing of ${stream} is parked for the tenant ${tenant}`);
  }
}

const subjectOf = (stream: string): string | null => (stream === 'client' ? null : stream);
