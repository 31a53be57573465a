import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { AppLogger, Problem } from '#platform';
import type { FastifyReply } from 'fastify';
import { pageHeaders, renderPage } from './page.ts';

const broken = {
  title: 'Something went wrong',
  text: 'Please open your connect link again in a few minutes.',
  tenant: null,
};

const crowded = {
  title: 'Too many attempts',
  text: 'Too many requests came from your network. Please wait a minute, and open your connect link again.',
  tenant: null,
};

/** An athlete's browser gets a page and no problem document, whatever went wrong. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly log: AppLogger;

  constructor(log: AppLogger) {
    this.log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const isCrowd = error instanceof Problem && error.details.status === 429;
    if (!isCrowd) this.log.error('consent page failed', { error });
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(isCrowd ? 429 : 503)
      .headers({ ...pageHeaders, ...(isCrowd && error.headers), 'content-type': 'text/html; charset=utf-8' })
      .send(renderPage(isCrowd ? crowded : broken));
  }
}
