import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { ProblemFilter } from '#platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Page, htmlHeaders, renderPage } from './page.ts';

export const nothingHere: Page = {
  kind: 'note',
  title: 'There is nothing to see here',
  text: 'This address is only for connecting a Polar account, and that begins with a link made for you.',
  next: 'If you were sent a connect link, open it again and check that you have all of it.',
};

/** A path without a route: whoever sits at a browser gets a page, and programs get a problem document. */
@Catch(NotFoundException)
export class LostFilter implements ExceptionFilter {
  private readonly problems: ProblemFilter;

  constructor(problems: ProblemFilter) {
    this.problems = problems;
  }

  catch(error: NotFoundException, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const isBrowser = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (isBrowser) this.show(host);
    // oxlint-disable-next-line promise/valid-params, promise/no-promise-in-callback -- a filter, and no promise
    else this.problems.catch(error, host);
  }

  private show(host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().status(404).headers(htmlHeaders).send(renderPage(nothingHere));
  }
}
