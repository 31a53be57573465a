import { Body, Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Actor, ApiProblems, pageOf, RequireToken } from '#platform';
import { ApiTenant } from './api-parameters.ts';
import {
  ConnectLinkPageView,
  ConnectLinkView,
  CreateConnectLink,
  ListConnectLinks,
  cursorOf,
  positionOf,
  viewOfLink,
} from './connect-links.dto.ts';
import { ConnectLinks } from './connect-links.ts';

@ApiTags('connect links')
@ApiTenant()
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connect-links')
export class ConnectLinksController {
  private readonly links: ConnectLinks;

  constructor(links: ConnectLinks) {
    this.links = links;
  }

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'createConnectLink',
    summary: 'A link to give to an athlete: works for one hour and for one consent',
  })
  @ApiCreatedResponse({ type: ConnectLinkView, description: 'The link, which is told this once' })
  @ApiProblems(409)
  async create(
    @Param('tenant') tenant: string,
    @Body() request: CreateConnectLink,
    @Actor() actor: string,
  ): Promise<ConnectLinkView> {
    const { id, url, expiresAt } = await this.links.create(tenant, request, actor);
    return { id, url, expiresAt: expiresAt.toISOString() };
  }

  @Get()
  @ApiOperation({
    operationId: 'listConnectLinks',
    summary: "The tenant's links of the last 30 days, newest first, with what became of them",
  })
  @ApiOkResponse({ type: ConnectLinkPageView, description: 'A page of links' })
  async list(
    @Param('tenant') tenant: string,
    @Query() { userReference, cursor, limit }: ListConnectLinks,
  ): Promise<ConnectLinkPageView> {
    const found = await this.links.list({
      tenant,
      limit: limit + 1,
      ...(userReference !== undefined && { userReference }),
      ...(cursor !== undefined && { after: positionOf(cursor) }),
    });
    const { items, nextCursor } = pageOf(found, limit, cursorOf);
    return { connectLinks: items.map(viewOfLink), nextCursor };
  }
}
