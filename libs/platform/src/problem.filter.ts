import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, NotFoundException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from './clock.ts';
import { httpLimits } from './http-limits.ts';
import { AppLogger } from './logger.ts';
import { Problem, type ProblemDetails, problemDetails } from './problem.ts';
import { scrub } from './redact.ts';

/** An error that says by itself what its caller must do. Known by its shape: this library knows no domain. */
interface Disposed {
  readonly code: string;
  readonly disposition: string;
  readonly message: string;
  readonly waitUntil?: number;
}

interface Answer {
  readonly details: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;
}

const statuses: Readonly<Record<string, number>> = { retry: 503, wait: 503, reauthorise: 409, drop: 422 };

/** Turns whatever was thrown into problem details. What isn't known is a 500 that tells nothing, and a line in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log: AppLogger;
  private readonly clock: Clock;

  constructor(log: AppLogger, clock: Clock) {
    this.log = log;
    this.clock = clock;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { details, headers } = this.answer(error);
    if (details.status >= 500) this.log.error('request failed', { status: details.status, error });
    if (reply.sent) return;
    void reply
      .status(details.status)
      .headers({ ...headers, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' })
      .send(JSON.stringify(details));
  }

  private answer(error: unknown): Answer {
    if (error instanceof Problem) return { details: error.details, headers: error.headers };
    if (error instanceof NotFoundException) return plain(404, 'There is no such route.', 'ROUTE_NOT_FOUND');
    const refused = refusedBody(error instanceof HttpException ? error.cause : error);
    if (refused !== undefined) return refused;
    if (error instanceof HttpException) return plain(error.getStatus(), error.message);
    if (isDisposed(error)) return this.disposed(error);
    return plain(500, 'Something went wrong on our side. It has been logged.');
  }

  private disposed(error: Disposed): Answer {
    const status = error.code === 'NOT_FOUND' ? 404 : (statuses[error.disposition] ?? 500);
    if (status === 500) return plain(500, 'Something went wrong on our side. It has been logged.');
    const details = problemDetails(status, scrub(error.message), { code: error.code, disposition: error.disposition });
    return { details, headers: status === 503 ? { 'retry-after': this.pause(error.waitUntil) } : {} };
  }

  private pause(waitUntil: number | undefined): string {
    if (waitUntil === undefined) return '5';
    return String(Math.max(1, Math.ceil((waitUntil - this.clock.now()) / 1000)));
  }
}

const plain = (status: number, detail: string | undefined, code?: string): Answer => ({
  details: problemDetails(status, detail && scrub(detail), { code }),
  headers: {},
});

function isDisposed(error: unknown): error is Disposed {
  const shape = error as Partial<Disposed> | null;
  return error instanceof Error && typeof shape?.code === 'string' && typeof shape.disposition === 'string';
}

const broken = ['The body is not valid JSON.', 'MALFORMED_JSON'] as const;
const bodies: Readonly<Record<string, readonly [detail: string, code?: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['The body has to be JSON, sent with the header "content-type: application/json".'],
  FST_ERR_CTP_BODY_TOO_LARGE: [`The body is larger than ${String(httpLimits.bodyBytes)} bytes.`],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['The body is not as long as the header content-length says.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['The body is empty, and the header content-type says JSON.', 'MALFORMED_JSON'],
  FST_ERR_CTP_INVALID_JSON_BODY: broken,
};

/** Fastify's own refusals carry a 4xx `statusCode`, and words of its own. */
function refusedBody(error: unknown): Answer | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode: status, code = '' } = error as { statusCode?: unknown; code?: string };
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  const [detail, name] = bodies[code] ?? (error instanceof SyntaxError ? broken : []);
  return plain(status, detail, name);
}
