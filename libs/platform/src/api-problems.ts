import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { type ProblemDetails, type Refusal, problemDetails } from './problem.ts';

class RefusalView implements Refusal {
  @ApiProperty({ description: 'Where the value stands.', example: 'scopes[0]' })
  readonly path!: string;

  @ApiPropertyOptional({
    description: 'What it was; never a secret.',
    example: 'sleep:write',
    anyOf: [{ type: 'string', nullable: true }, { type: 'number' }, { type: 'boolean' }],
  })
  readonly value?: unknown;

  @ApiProperty({ description: 'What is allowed there.', example: 'a string' })
  readonly allowed!: string;
}

/** How the API's description shows `ProblemDetails`. */
export class ProblemView implements ProblemDetails {
  readonly [member: string]: unknown;

  @ApiProperty({ format: 'uri-reference', description: 'Made of the code.', example: 'urn:problem:not-found' })
  readonly type!: string;

  @ApiProperty({ description: "The status' name.", example: 'Not Found' })
  readonly title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, example: 404 })
  readonly status!: number;

  @ApiPropertyOptional({ description: 'What happened and what to do, for people.' })
  readonly detail?: string;

  @ApiProperty({ description: 'The name of the problem, for programs.', example: 'NOT_FOUND' })
  readonly code!: string;

  @ApiPropertyOptional({
    enum: ['retry', 'wait', 'reauthorise', 'drop'],
    description:
      'Whether the same request makes sense again. `retry`: soon; `wait`: once `Retry-After` is over; `reauthorise`: when the athlete has given a new consent; `drop`: never.',
    example: 'drop',
  })
  readonly disposition?: string;

  @ApiPropertyOptional({ type: [RefusalView], description: 'Each value that was refused.' })
  readonly errors?: readonly RefusalView[];
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request has values that are not allowed; `errors` lists them',
  401: 'The token is missing or not the right one',
  404: 'There is no such thing, or it belongs to another tenant',
  409: "The thing's state does not allow it",
  413: 'The body is too large',
  414: 'The URL, or a part of its path, is too long',
  415: 'The body is not JSON',
  422: 'It makes no sense as it is',
  429: 'Too many requests, or failed authentications, from this address',
  431: 'The head of the request is too large',
  500: 'Something went wrong on our side',
  503: 'Not at the moment: something that this needs is busy or away',
};

const retryAfter = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } } as const;

/** How the description shows a problem of this status. */
export function problemResponse(status: number) {
  const description = meanings[status] ?? STATUS_CODES[status] ?? 'A problem';
  const example = problemDetails(status, `${description}.`);
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemView) }, example } },
    ...([429, 503].includes(status) && { headers: retryAfter }),
  };
}

/** Documents problems that a route answers with, beside those that every route may. */
export const ApiProblems = (...statuses: readonly number[]): ClassDecorator & MethodDecorator =>
  applyDecorators(...statuses.map((status) => ApiResponse({ status, ...problemResponse(status) })));

/** Pages for people, by their statuses. What no browser sends is refused with a problem document here too. */
export const ApiPages = (pages: Readonly<Record<number, string>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries(pages).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: {
          'text/html': { schema: { type: 'string' } },
          ...(Number(status) >= 400 && problemResponse(Number(status)).content),
        },
      }),
    ),
  );
