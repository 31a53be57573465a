import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireToken, UuidPipe } from '#platform';
import { ConnectionPageView, ConnectionView, ListConnections, viewOf } from './connections.dto.ts';
import { Registry } from './registry.ts';

@ApiTags('connections')
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connections')
export class ConnectionsController {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  @Get()
  @ApiOperation({ summary: "The tenant's connections, in the order of their ids" })
  @ApiOkResponse({ type: ConnectionPageView })
  async list(@Param('tenant') tenant: string, @Query() query: ListConnections): Promise<ConnectionPageView> {
    const { status, cursor, limit } = query;
    const found = await this.registry.list({
      tenant,
      limit: limit + 1,
      ...(status !== undefined && { status }),
      ...(cursor !== undefined && { after: cursor }),
    });
    const page = found.slice(0, limit);
    return { connections: page.map(viewOf), nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One connection' })
  @ApiOkResponse({ type: ConnectionView })
  async get(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<ConnectionView> {
    return viewOf(await this.registry.get(tenant, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: "Disconnects: destroys the tokens and the athlete's state, tells the consumers to delete" })
  @ApiNoContentResponse()
  async remove(@Param('tenant') tenant: string, @Param('id', UuidPipe) id: string): Promise<void> {
    await this.registry.disconnect(tenant, id);
  }
}
