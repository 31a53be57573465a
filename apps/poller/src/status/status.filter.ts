import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { AppLogger, htmlHeaders, Problem } from '#platform';
import type { FastifyReply } from 'fastify';
import { refusalPage } from './status-page.ts';
import { statusStyle } from './status-style.ts';

const titles: Readonly<Record<number, string>> = { 401: 'Please log in', 429: 'Too many attempts' };

/** An operator's browser gets a page and no problem document, whatever went wrong. */
@Catch()
export class StatusFilter implements ExceptionFilter {
  readonly #log: AppLogger;

  constructor(log: AppLogger) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const refused = error instanceof Problem ? error : undefined;
    if (refused === undefined) this.#log.error('status page failed', { error });
    const status = refused?.details.status ?? 500;
    const text = refused?.message ?? 'The status could not be put together. Why is in the log of the poller.';
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(status)
      .headers({ ...htmlHeaders(statusStyle), ...refused?.headers })
      .send(refusalPage(titles[status] ?? 'Something went wrong', text));
  }
}
