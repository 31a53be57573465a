import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { offences, sourceRules } from './source-rules.ts';

const repository = join(import.meta.dirname, '../..');
/** The rules themselves name what they forbid. */
const own = 'test/architecture/';
const folders = ['apps', 'libs', 'config', 'test', 'deploy', 'examples'];
const sources = /\.(ts|mjs|cjs|json|yaml|yml|lua|sql)$/;

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sources.test(entry.name))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith(own) && !path.includes('/node_modules/'));
}

const planted: readonly (readonly [rule: string, what: string, path: string, text: string])[] = [
  ['environment-in-config', 'process.env', 'apps/auth/src/a.ts', `export const a = process.env['HOME'];`],
  ['environment-in-config', 'an element access', 'libs/core/src/a.ts', `export const a = process['env'];`],
  ['environment-in-config', 'config outside env', 'config/tenants.ts', `export const { HOME } = process.env;`],
  ['environment-in-config', 'an import', 'libs/polar/src/a.ts', `import { env } from 'node:process';`],
  ['clock-in-platform', 'Date.now', 'libs/core/src/a.ts', `export const a = Date.now();`],
  ['clock-in-platform', 'Date.now as a value', 'libs/store/src/a.ts', `export const clock = Date.now;`],
  ['clock-in-platform', 'new Date()', 'apps/poller/src/a.ts', `export const a = new Date();`],
  ['random-in-platform', 'a UUID', 'apps/auth/src/a.ts', `import { randomUUID } from 'node:crypto';`],
  ['random-in-platform', 'bytes', 'libs/queue/src/a.ts', `export const a = crypto.randomBytes(8);`],
  ['random-in-platform', 'Math.random', 'libs/core/src/a.ts', `export const a = Math.random();`],
  ['no-console', 'console.log', 'config/a.ts', `console.log('here');`],
  ['sql-in-store', 'kysely', 'apps/poller/src/a.ts', `import { sql } from 'kysely';`],
  ['sql-in-store', 'a part of kysely', 'libs/queue/src/a.ts', `import { Migrator } from 'kysely/migration';`],
  ['sql-in-store', 'a statement', 'apps/auth/src/a.ts', 'export const a = `select id from connections where 1 = 1`;'],
  ['redis-in-queue', 'BullMQ', 'apps/poller/src/a.ts', `import { Queue } from 'bullmq';`],
  ['redis-in-queue', 'a dynamic import', 'libs/store/src/a.ts', `export const a = await import('ioredis');`],
  ['kafka-in-publisher', 'kafkajs', 'apps/poller/src/a.ts', `import type { Kafka } from 'kafkajs';`],
  ['kafka-in-publisher', 'beside the adapter', 'apps/publisher/src/a.ts', `import type { Kafka } from 'kafkajs';`],
  ['provider-address-in-polar', 'the API', 'apps/auth/src/a.ts', `export const a = 'https://www.polaraccesslink.com';`],
  [
    'provider-address-in-polar',
    'a template',
    'libs/core/src/a.ts',
    'export const a = (b: string) => `https://auth.polar.com/${b}`;',
  ],
  ['no-enum', 'an enum', 'test/simulator/a.ts', `export enum A { b }`],
  ['no-enum', 'a const enum', 'libs/core/src/a.ts', `const enum A { b }`],
  ['no-default-export', 'a function', 'apps/auth/src/a.ts', `export default function a() {}`],
  ['no-default-export', 'an expression', 'test/a.ts', `export default 1;`],
  ['no-default-export', 'a renamed export', 'test/a.ts', `const a = 1; export { a as default };`],
  ['no-forward-ref', 'forwardRef', 'apps/auth/src/a.ts', `import { forwardRef } from '@nestjs/common';`],
  ['no-any', 'a parameter', 'libs/core/src/a.ts', `export const a = (b: any) => b;`],
  ['no-any', 'a cast', 'deploy/local/a.ts', `export const a = {} as any;`],
  ['one-door', 'an inner index.ts', 'libs/core/src/time/index.ts', ''],
  ['one-door', 'an app with a door', 'apps/auth/src/index.ts', ''],
  ['file-names', 'capitals', 'libs/core/src/EventId.ts', ''],
  ['file-names', 'an underscore', 'libs/core/src/event_id.ts', ''],
  ['file-names', 'a folder with capitals', 'libs/core/src/Time/zone.ts', ''],
  [
    'no-secrets',
    'a private key',
    'libs/core/src/a.fixture.ts',
    `export const a = '${'-----BEGIN RSA '}PRIVATE KEY-----';`,
  ],
  ['no-secrets', 'a signed token', 'test/e2e/a.json', `{ "token": "eyJ${'a'.repeat(30)}.eyJ${'b'.repeat(30)}.c" }`],
];

const allowed: readonly (readonly [what: string, path: string, text: string])[] = [
  ['a date from a number', 'libs/core/src/a.ts', `export const a = (at: number) => new Date(at).toISOString();`],
  ['a duration', 'apps/poller/src/a.ts', `export const a = performance.now();`],
  ['hashing', 'libs/core/src/a.ts', `import { createHash } from 'node:crypto'; export const a = createHash;`],
  ['the environment in config/env', 'config/env/a.ts', `export const a = process.env;`],
  ['the clock in platform', 'libs/platform/src/a.ts', `export const a = Date.now();`],
  [
    'random ids in a test',
    'libs/store/src/a.spec.ts',
    `import { randomUUID } from 'node:crypto'; export const a = randomUUID();`,
  ],
  ['the defaults of a tenant', 'config/a.ts', `export const a = 'https://auth.polar.com/oauth';`],
  ['prose about SQL', 'apps/auth/src/a.ts', `export const a = 'Please select an athlete from the list';`],
  ['a comment', 'libs/core/src/a.ts', `// process.env, Date.now() and any enum\nexport const a = 1;`],
  ['a role in the name', 'apps/auth/src/connect-links.dto.ts', 'export const a = 1;'],
];

describe('the source rules', () => {
  it.each(planted)('%s finds %s', (rule, _what, path, text) => {
    expect(offences(path, text).map((one) => one.rule)).toContain(rule);
  });

  it.each(allowed)('allow %s', (_what, path, text) => {
    expect(offences(path, text)).toEqual([]);
  });

  it('have a planted violation each', () => {
    const probed = new Set(planted.map(([rule]) => rule));
    expect(sourceRules.map(({ name }) => name).filter((name) => !probed.has(name))).toEqual([]);
  });

  it.each(folders)('hold in %s', (folder) => {
    const files = filesOf(folder);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((path) => offences(path, readFileSync(join(repository, path), 'utf8')))).toEqual([]);
  });
});
