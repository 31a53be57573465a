import { Controller, Get, Param, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiFoundResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findTenant } from '#core';
import { ApiPages, Limited } from '#platform';
import { ConnectLinks } from './connect-links.ts';
import { type ConsentOutcome, answerTo } from './consent-outcome.ts';
import { Consents, type Departure } from './consents.ts';
import { PageFilter } from './page.filter.ts';
import { htmlHeaders, pageHeaders, renderPage } from './page.ts';
import { TenantDirectory } from './ports.ts';
import { PublicUrl } from './public-url.ts';
import { VisitGuard } from './visit.guard.ts';

/** What the athlete's browser meets. */
@ApiTags('consent')
@Limited('public')
@UseFilters(PageFilter)
@UseGuards(VisitGuard)
@Controller()
export class ConsentController {
  private readonly consents: Consents;
  private readonly links: ConnectLinks;
  private readonly tenants: TenantDirectory;
  private readonly publicUrl: PublicUrl;

  constructor(consents: Consents, links: ConnectLinks, tenants: TenantDirectory, publicUrl: PublicUrl) {
    this.consents = consents;
    this.links = links;
    this.tenants = tenants;
    this.publicUrl = publicUrl;
  }

  @Get('connect/:token')
  @ApiOperation({
    operationId: 'openConnectLink',
    summary: "An athlete opens a connect link: on to the provider's consent",
  })
  @ApiParam({ name: 'token', description: 'As in the link.' })
  @ApiFoundResponse({ description: 'To the provider' })
  @ApiPages({
    404: 'It is no link of ours',
    409: 'The tenant is paused',
    410: 'It is too old, or it was used',
    429: 'Too many requests from this address',
    503: 'Not at the moment',
  })
  async connect(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const next = await this.consents.begin(token);
    if ('kind' in next) this.answer(next, reply);
    else this.depart(next, reply);
  }

  @Get('oauth/callback')
  @ApiOperation({
    operationId: 'completeConsent',
    summary: 'The provider sends the athlete back, with a code or an error',
  })
  @ApiQuery({ name: 'state', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'error', required: false })
  @ApiFoundResponse({ description: "To the link's returnUrl" })
  @ApiPages({
    200: 'Connected',
    400: 'Not connected: the state is unknown, too old or of another browser, or the athlete said no',
    404: 'It is no link of ours (any more)',
    409: 'The Polar account or the reference is connected otherwise, or the tenant is paused',
    410: 'The link was used',
    429: 'Too many requests from this address',
    500: 'Something is not set up properly',
    502: 'The provider refused',
    503: 'The provider does not answer',
  })
  async callback(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const outcome = await this.consents.complete({
      state: text(query['state']),
      code: text(query['code']),
      error: text(query['error']),
      cookies: parseCookie(request.headers.cookie ?? ''),
    });
    this.answer(outcome, reply);
  }

  private depart({ url, cookie }: Departure, reply: FastifyReply): void {
    const kept = stringifySetCookie({
      name: cookie.name,
      value: cookie.value,
      httpOnly: true,
      // Lax, because the provider's redirect comes from another site.
      sameSite: 'lax',
      secure: this.publicUrl.isSecure,
      path: this.publicUrl.callbackPath,
      maxAge: cookie.maxAgeSeconds,
    });
    void reply
      .status(302)
      .headers({ ...pageHeaders, location: url, 'set-cookie': kept })
      .send();
  }

  private answer(outcome: ConsentOutcome, reply: FastifyReply): void {
    const { link } = outcome;
    const whose = link?.tenant ?? (outcome.kind === 'failed' ? outcome.tenant : undefined);
    const tenant = findTenant(this.tenants, whose);
    const answer = answerTo(outcome, tenant, link === undefined ? null : this.links.again(link));
    if (answer.kind === 'redirect') {
      void reply
        .status(302)
        .headers({ ...pageHeaders, location: answer.url })
        .send();
      return;
    }
    void reply.status(answer.status).headers(htmlHeaders).send(renderPage(answer.page));
  }
}

/** A parameter that comes twice is none. */
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
