import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireToken } from '#platform';
import { AuditPageView, ListAudit, viewOfEntry } from './audit.dto.ts';
import { pageOf } from './paged.dto.ts';
import { AuditStore } from './ports.ts';

@ApiTags('audit')
@RequireToken('admin')
@Controller('v1/audit')
export class AuditController {
  private readonly store: AuditStore;

  constructor(store: AuditStore) {
    this.store = store;
  }

  @Get()
  @ApiOperation({
    operationId: 'listAudit',
    summary: 'Who did what, newest first. It names connections and links, and never an athlete',
  })
  @ApiOkResponse({ type: AuditPageView })
  async list(@Query() { tenant, subject, cursor, limit }: ListAudit): Promise<AuditPageView> {
    const found = await this.store.list({
      limit: limit + 1,
      ...(tenant !== undefined && { tenant }),
      ...(subject !== undefined && { subject }),
      ...(cursor !== undefined && { before: cursor }),
    });
    const { items, nextCursor } = pageOf(found, limit);
    return { entries: items.map(viewOfEntry), nextCursor };
  }
}
