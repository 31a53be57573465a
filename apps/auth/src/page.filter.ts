import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { AppLogger, Problem } from '#platform';
import type { FastifyReply } from 'fastify';
import { type Page, htmlHeaders, renderPage } from './page.ts';

export const broken: Page = {
  kind: 'bad',
  title: 'Something went wrong',
  text: 'This is a fault on our side. Nothing was changed.',
  next: 'Please open your connect link again in a few minutes.',
};

export const crowded: Page = {
  kind: 'bad',
  title: 'Too many attempts',
  text: 'Too many requests came from your network in a short time. Nothing was changed.',
  next: 'Please wait a minute, and open your connect link again.',
};

/** An athlete's browser gets a page and no problem document, whatever went wrong. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly log: AppLogger;

  constructor(log: AppLogger) {
    this.log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const refused = error instanceof Problem ? error : undefined;
    if (refused === undefined) this.log.error('consent page failed', { error });
    const status = refused?.details.status ?? 503;
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(status)
      .headers({ ...htmlHeaders, ...refused?.headers })
      .send(renderPage(status === 429 ? crowded : broken));
  }
}
