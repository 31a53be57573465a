import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemView, problemResponse } from './api-problems.ts';
import { passwordName } from './bearer.ts';
import { exampleOf } from './api-examples.ts';

export interface DescribeOptions {
  /** The API's title. */
  readonly name: string;
  readonly version?: string;
  /** Names of the bearer tokens that routes ask for. */
  readonly tokens?: readonly string[];
  /** Those of them that pages take as a password. */
  readonly passwords?: readonly string[];
}

type Path = OpenAPIObject['paths'][string];
type Operation = NonNullable<Path['get']>;

/** Serves the API's description: a page at `/docs`, the document at `/docs-json` and `/docs-yaml`. It holds no secret. */
export function describe(
  app: NestFastifyApplication,
  { name, version = '1', tokens = [], passwords = [] }: DescribeOptions,
): void {
  const about = new DocumentBuilder()
    .setTitle(name)
    .setDescription('Every error answer is a problem document (RFC 9457).')
    .setVersion(version)
    .addServer('/', 'Where this document comes from');
  for (const token of tokens) about.addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque' }, token);
  for (const token of passwords) about.addBasicAuth({ type: 'http', scheme: 'basic' }, passwordName(token));
  const document = (): OpenAPIObject =>
    complete(SwaggerModule.createDocument(app, about.build(), { extraModels: [ProblemView] }));
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs-json', yamlDocumentUrl: 'docs-yaml' });
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Adds what any route may answer, because the platform refuses before the route is asked, and whole bodies as examples. */
function complete(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of methods) {
      const operation = path[method];
      if (operation === undefined) continue;
      closeBody(document, operation);
      showBodies(document, operation);
      for (const status of commonProblems(method, operation)) operation.responses[status] ??= problemResponse(status);
    }
  }
  return document;
}

/** Members that nobody knows are refused (see `createValidationPipe`): the description says so. */
function closeBody({ components }: OpenAPIObject, { requestBody }: Operation): void {
  const schema =
    requestBody !== undefined && 'content' in requestBody && requestBody.content['application/json']?.schema;
  const name = schema && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
  const body = components?.schemas?.[name ?? ''];
  if (body !== undefined && !('$ref' in body)) body.additionalProperties = false;
}

/** A success' body, put together from the examples of its members. */
function showBodies(document: OpenAPIObject, { responses }: Operation): void {
  for (const response of Object.values(responses)) {
    if (response === undefined || '$ref' in response) continue;
    const json = response.content?.['application/json'];
    if (json?.schema !== undefined) json.example ??= exampleOf(document, json.schema);
  }
}

function commonProblems(method: string, { security = [] }: Operation): readonly number[] {
  return [
    400,
    414,
    431,
    500,
    503,
    ...(security.length > 0 ? [401, 429] : []),
    ...(method === 'get' || method === 'delete' ? [] : [413, 415]),
  ];
}
