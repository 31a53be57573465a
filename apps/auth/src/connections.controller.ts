import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Actor, ApiProblems, pageOf, RequireToken, UuidPipe } from '#platform';
import { ApiConnectionId, ApiTenant } from './api-parameters.ts';
import { ConnectionPageView, ConnectionView, ErasureView, ListConnections, viewOf } from './connections.dto.ts';
import { Registry } from './registry.ts';

@ApiTags('connections')
@ApiTenant()
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connections')
export class ConnectionsController {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  @Get()
  @ApiOperation({ operationId: 'listConnections', summary: "The tenant's connections, in the order of their ids" })
  @ApiOkResponse({ type: ConnectionPageView, description: 'A page of connections' })
  async list(@Param('tenant') tenant: string, @Query() query: ListConnections): Promise<ConnectionPageView> {
    const { status, userReference, cursor, limit } = query;
    const found = await this.registry.list({
      tenant,
      limit: limit + 1,
      ...(status !== undefined && { statuses: status }),
      ...(userReference !== undefined && { userReference }),
      ...(cursor !== undefined && { after: cursor }),
    });
    const { items, nextCursor } = pageOf(found, limit, ({ id }) => id);
    return { connections: items.map(viewOf), nextCursor };
  }

  @Get(':id')
  @ApiConnectionId()
  @ApiOperation({ operationId: 'getConnection', summary: 'One connection' })
  @ApiOkResponse({ type: ConnectionView, description: 'The connection' })
  async get(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<ConnectionView> {
    return viewOf(await this.registry.get(tenant, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiConnectionId()
  @ApiOperation({
    operationId: 'disconnect',
    summary: "Disconnects: destroys the tokens and what is known of the athlete's data, tells the consumers to delete",
  })
  @ApiNoContentResponse({ description: 'It is disconnected now or was before' })
  async remove(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<void> {
    await this.registry.disconnect({ tenant, id, actor });
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiConnectionId()
  @ApiProblems(409)
  @ApiOperation({
    operationId: 'pauseConnection',
    summary: 'Stops polling until it is resumed; the consent is kept alive',
  })
  @ApiOkResponse({ type: ConnectionView, description: 'The connection, which is paused now or was before' })
  async pause(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<ConnectionView> {
    return viewOf(await this.registry.pause({ tenant, id, actor }));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiConnectionId()
  @ApiProblems(409)
  @ApiOperation({
    operationId: 'resumeConnection',
    summary: 'Polls again what was paused; everything that happened meanwhile is told',
  })
  @ApiOkResponse({ type: ConnectionView, description: 'The connection, which is polled now or was before' })
  async resume(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<ConnectionView> {
    return viewOf(await this.registry.resume({ tenant, id, actor }));
  }

  @Post(':id/erasure')
  @HttpCode(200)
  @ApiConnectionId()
  @ApiOperation({
    operationId: 'eraseAthlete',
    summary:
      'Erases the athlete: every connection under the same user reference, tokens, state, links; tells the consumers to delete',
    description:
      'Nothing but the ids of the connections is left. `isComplete` is false while events of the athlete wait for Kafka; they are deleted as soon as they are there, and asking again tells.',
  })
  @ApiOkResponse({ type: ErasureView, description: 'What was erased, now or before' })
  erase(
    @Param('tenant') tenant: string,
    @Param('id', UuidPipe) id: string,
    @Actor() actor: string,
  ): Promise<ErasureView> {
    return this.registry.erase({ tenant, id, actor });
  }
}
