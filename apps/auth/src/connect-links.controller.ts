import { Body, Controller, Header, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireToken } from '#platform';
import { ConnectLinkView, CreateConnectLink } from './connect-links.dto.ts';
import { ConnectLinks } from './connect-links.ts';

@ApiTags('connections')
@RequireToken('admin')
@Controller('v1/tenants/:tenant/connect-links')
export class ConnectLinksController {
  private readonly links: ConnectLinks;

  constructor(links: ConnectLinks) {
    this.links = links;
  }

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A link to give to an athlete: works for one hour and for one consent' })
  @ApiCreatedResponse({ type: ConnectLinkView })
  async create(@Param('tenant') tenant: string, @Body() request: CreateConnectLink): Promise<ConnectLinkView> {
    const { url, expiresAt } = await this.links.create(tenant, request);
    return { url, expiresAt: expiresAt.toISOString() };
  }
}
