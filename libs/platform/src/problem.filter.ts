import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from './clock.ts';
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

  private answer(error: unknown): { details: ProblemDetails; headers: Readonly<Record<string, string>> } {
    if (error instanceof Problem) return { details: error.details, headers: error.headers };
    if (error instanceof HttpException) return plain(error.getStatus(), error.message);
    if (isDisposed(error)) return this.disposed(error);
    const status = clientError(error);
    return status === undefined
      ? plain(500, 'Something went wrong on our side. It has been logged.')
      : plain(status, (error as Error).message);
  }

  private disposed(error: Disposed): { details: ProblemDetails; headers: Readonly<Record<string, string>> } {
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

const plain = (status: number, detail: string): { details: ProblemDetails; headers: Record<string, string> } => ({
  details: problemDetails(status, scrub(detail)),
  headers: {},
});

function isDisposed(error: unknown): error is Disposed {
  const shape = error as Partial<Disposed> | null;
  return error instanceof Error && typeof shape?.code === 'string' && typeof shape.disposition === 'string';
}

/** Fastify's own refusals (body too large, broken JSON) carry a 4xx `statusCode`. */
function clientError(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
