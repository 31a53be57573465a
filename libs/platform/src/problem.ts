import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';

/** One value that was refused: where it stands, what it was (never a secret) and what is allowed. */
export interface Refusal {
  readonly path: string;
  readonly value?: unknown;
  readonly allowed: string;
}

/** The body of every error answer (RFC 9457, `application/problem+json`). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly errors?: readonly Refusal[];
  readonly [member: string]: unknown;
}

export interface ProblemExtras {
  /** Machine-readable name of the problem; becomes its `type` too. The status' name unless given. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly Refusal[];
  /** More members of the body. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An error answer that a controller throws on purpose. */
export class Problem extends HttpException {
  readonly headers: Readonly<Record<string, string>>;
  readonly details: ProblemDetails;

  constructor(status: number, detail: string, { code, headers = {}, errors, members }: ProblemExtras = {}) {
    const details = problemDetails(status, detail, { ...(code && { code }), ...(errors && { errors }), ...members });
    super(details, status);
    this.message = detail;
    this.headers = headers;
    this.details = details;
  }
}

export function problemDetails(
  status: number,
  detail: string | undefined,
  members: Readonly<Record<string, unknown>> = {},
): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = typeof members['code'] === 'string' ? members['code'] : title.toUpperCase().replaceAll(/[^A-Z]+/g, '_');
  return {
    ...members,
    type: `urn:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    ...(detail !== undefined && { detail }),
    code,
  };
}
