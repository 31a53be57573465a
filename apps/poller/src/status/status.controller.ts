import { Controller, Get, Query, Res, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiPages, htmlHeaders, RequirePassword, RequireToken } from '#platform';
import type { FastifyReply } from 'fastify';
import { StatusDesk } from './status-desk.ts';
import { statusView, StatusView } from './status.dto.ts';
import { StatusFilter } from './status.filter.ts';
import { statusPage } from './status-page.ts';
import { statusStyle } from './status-style.ts';

const refreshEvery = 30;

@ApiTags('operations')
@RequirePassword('admin')
@UseFilters(StatusFilter)
@Controller('status')
export class StatusController {
  readonly #desk: StatusDesk;

  constructor(desk: StatusDesk) {
    this.#desk = desk;
  }

  @Get()
  @ApiOperation({
    operationId: 'status',
    summary: 'A page for operators: what is wrong now, or that nothing is',
    description: 'Log in with any user name and the admin token as the password.',
  })
  @ApiQuery({
    name: 'refresh',
    required: false,
    schema: { type: 'string' },
    description: 'With `30` the browser asks again every 30 s.',
  })
  @ApiPages({ 200: 'How everything is', 401: 'Not logged in', 429: 'Too many failed logins from this address' })
  async show(@Query('refresh') refresh: unknown, @Res() reply: FastifyReply): Promise<void> {
    const refreshSeconds = refresh === String(refreshEvery) ? refreshEvery : null;
    const page = statusPage(await this.#desk.status(), { refreshSeconds, refreshEvery });
    // A header and no element of the page: who has not asked for it is never interrupted.
    const more = refreshSeconds === null ? {} : { refresh: String(refreshSeconds) };
    void reply.headers({ ...htmlHeaders(statusStyle), ...more }).send(page);
  }
}

@ApiTags('operations')
@RequireToken('admin')
@Controller('v1/status')
export class FindingsController {
  readonly #desk: StatusDesk;

  constructor(desk: StatusDesk) {
    this.#desk = desk;
  }

  @Get()
  @ApiOkResponse({ type: StatusView, description: 'What is worst comes first; nothing is wrong where there is none' })
  @ApiOperation({ operationId: 'findings', summary: 'What is wrong now, and what to do about it' })
  async findings(): Promise<StatusView> {
    return statusView(await this.#desk.status());
  }
}
