import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthScene, startAuth } from './auth.fixture.ts';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly responses: Readonly<
    Record<string, { description?: string; content?: Readonly<Record<string, { readonly example?: unknown }>> }>
  >;
}

let scene: AuthScene;
let operations: readonly (Operation & { readonly route: string })[];
beforeAll(async () => {
  scene = await startAuth();
  const { paths } = (await scene.app.inject('/docs-json')).json() as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, route: `${method} ${path}` })),
  );
});
afterAll(() => scene.stop());

describe('the description of the API', () => {
  it('is open to everybody, also as YAML and as a page', async () => {
    for (const url of ['/docs', '/docs-json', '/docs-yaml']) expect((await scene.app.inject(url)).statusCode).toBe(200);
  });

  it('names every operation for good', () => {
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual([
      'completeConsent',
      'createConnectLink',
      'disconnect',
      'eraseAthlete',
      'getConnection',
      'giveAccessToken',
      'listAudit',
      'listConnectLinks',
      'listConnections',
      'live',
      'metrics',
      'openConnectLink',
      'pauseConnection',
      'ready',
      'reportRejection',
      'resumeConnection',
    ]);
    for (const { summary } of operations) expect(summary).toMatch(/\w/);
  });

  it('tells what each route answers, success and problem', () => {
    const untold = operations.flatMap(({ route, responses, security }) => {
      const statuses = Object.keys(responses);
      const needed = ['400', '414', '431', '500', '503', ...(security ? ['401', '429'] : [])];
      const empty = Object.entries(responses).filter(
        ([status, { content }]) => content === undefined && !['204', '302'].includes(status),
      );
      return [
        ...needed.filter((status) => !statuses.includes(status)).map((status) => `${route}: ${status} is missing`),
        ...empty.map(([status]) => `${route}: ${status} has no body`),
        ...(statuses.some((status) => /^[23]/.test(status)) ? [] : [`${route}: no success`]),
      ];
    });
    expect(untold).toEqual([]);
  });

  it('shows a whole body, and says what it is, wherever one comes back', () => {
    const unshown = operations.flatMap(({ route, responses, tags = [] }) => [
      ...(tags.length === 1 ? [] : [`${route}: no tag of its own`]),
      ...Object.entries(responses).flatMap(([status, { description, content = {} }]) => [
        ...(description ? [] : [`${route}: ${status} is not described`]),
        ...Object.entries(content)
          .filter(([type, { example }]) => type.endsWith('json') && example === undefined)
          .map(([type]) => `${route}: ${status} has no example of ${type}`),
      ]),
    ]);
    expect(unshown).toEqual([]);
    const list = operations.find(({ operationId }) => operationId === 'listConnections');
    const example = list?.responses['200']?.content?.['application/json']?.example;
    expect(example).toMatchObject({ connections: [{ tenant: 'acme', status: 'needs_reauth' }], nextCursor: null });
  });

  it('asks for a token wherever one is needed', () => {
    const tokenOf = ({ security = [] }: Operation): string => security.flatMap((one) => Object.keys(one)).join();
    const wrong = operations.filter((operation) => {
      const expected = operation.route.includes('/internal/')
        ? 'internal'
        : operation.route.includes('/v1/')
          ? 'admin'
          : '';
      return tokenOf(operation) !== expected;
    });
    expect(wrong).toEqual([]);
  });
});
