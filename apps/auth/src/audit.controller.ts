import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, pageOf, RequireToken } from '#platform';
import { AuditPageView, ListAudit, viewOfEntry } from './audit.dto.ts';
import { AuditStore, TenantDirectory } from './ports.ts';

@ApiTags('audit')
@ApiProblems(404)
@RequireToken('admin')
@Controller('v1/audit')
export class AuditController {
  private readonly store: AuditStore;
  private readonly tenants: TenantDirectory;

  constructor(store: AuditStore, tenants: TenantDirectory) {
    this.store = store;
    this.tenants = tenants;
  }

  @Get()
  @ApiOperation({
    operationId: 'listAudit',
    summary: 'Who did what, newest first. It names connections and links, and never an athlete',
  })
  @ApiOkResponse({ type: AuditPageView, description: 'A page of entries' })
  async list(@Query() { tenant, subject, cursor, limit }: ListAudit): Promise<AuditPageView> {
    if (tenant !== undefined) this.tenants.get(tenant);
    const found = await this.store.list({
      limit: limit + 1,
      ...(tenant !== undefined && { tenant }),
      ...(subject !== undefined && { subject }),
      ...(cursor !== undefined && { before: cursor }),
    });
    const { items, nextCursor } = pageOf(found, limit, ({ id }) => id);
    return { entries: items.map(viewOfEntry), nextCursor };
  }
}
