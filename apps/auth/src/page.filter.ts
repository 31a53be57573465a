import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { AppLogger } from '#platform';
import type { FastifyReply } from 'fastify';
import { pageHeaders, renderPage } from './page.ts';

/** An athlete's browser gets a page and no problem document, whatever went wrong. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly log: AppLogger;

  constructor(log: AppLogger) {
    this.log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    this.log.error('consent page failed', { error });
    const page = {
      title: 'Something went wrong',
      text: 'Please open your connect link again in a few minutes.',
      tenant: null,
    };
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(503)
      .headers({ ...pageHeaders, 'content-type': 'text/html; charset=utf-8' })
      .send(renderPage(page));
  }
}
