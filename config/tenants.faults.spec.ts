import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { acme, fileOf, folder, knownResources, refusalOf, toldOf } from './tenants.fixture.ts';
import { loadTenants } from './tenants.ts';

const polar = (changes: object): Record<string, unknown> =>
  acme({ polar: { clientId: '4f1c', clientSecret: { env: 'ACME_SECRET' }, ...changes } });
const of = (file: string): string => toldOf(() => loadTenants(file, { knownResources }));

describe('a file that is none', () => {
  it.each<[string, () => string, string]>([
    [
      'is missing',
      () => join(folder, 'none.yaml'),
      'cannot be read (ENOENT: there is no such file). TENANTS_FILE is the path of',
    ],
    ['is a directory', () => made('directory', mkdirSync), 'cannot be read (EISDIR: it is a directory)'],
    ['lies below a file', () => join(fileOf(''), 'x'), 'cannot be read (ENOTDIR: a part of the path is no directory)'],
    [
      'is a pipe',
      () => made('pipe', (path) => execFileSync('mkfifo', [path])),
      'cannot be read (it is no regular file)',
    ],
    ['is UTF-16', () => fileOf(Buffer.from('\uFEFFtenants: []', 'utf16le')), 'cannot be read (it is no UTF-8 text)'],
    ['is Latin-1', () => fileOf(Buffer.from('# größer', 'latin1')), 'cannot be read (it is no UTF-8 text)'],
    [
      'is huge',
      () => fileOf(`#${' '.repeat(1024 * 1024)}`),
      'cannot be read (it has 1048577 bytes; allowed: at most 1048576)',
    ],
    ['is empty', () => fileOf(''), 'the whole file: allowed: a mapping with the key "tenants"'],
    ['holds a word', () => fileOf('tenants'), 'the whole file: allowed: a mapping with the key "tenants"'],
  ])('that %s is told', (_, path, expected) => {
    const file = path();
    expect(of(file)).toContain(`The tenant file ${file} `);
    expect(of(file)).toContain(expected);
  });

  it('that begins with a byte order mark is read all the same', () => {
    const file = fileOf(`\uFEFF${stringify({ tenants: [acme()] })}`);
    expect(loadTenants(file, { knownResources })).toHaveLength(1);
  });
});

describe('YAML', () => {
  const brackets = (count: number): string => '['.repeat(count) + ']'.repeat(count);

  it.each<[string, string, string]>([
    [
      'a key twice',
      'tenants:\n  - id: a\n    id: b',
      'line 3: "    id: …"; allowed: valid YAML (DUPLICATE_KEY: each key once in a mapping)',
    ],
    ['a tab', 'tenants:\n\t- id: a', String.raw`line 2: "\t- id: …"; allowed: valid YAML (TAB_AS_INDENT: spaces`],
    [
      'a wrong indent',
      'tenants:\n  - id: a\n   polar: x',
      'line 3: "   polar: …"; allowed: valid YAML (MISSING_CHAR: ',
    ],
    [
      'two documents',
      'tenants: []\n---\ntenants: []',
      'line 2: "---"; allowed: valid YAML (MULTIPLE_DOCS: one document)',
    ],
    [
      'an unknown tag',
      'tenants: !secret x',
      'line 1: "tenants: … …"; allowed: valid YAML (TAG_RESOLVE_FAILED: plain values without a tag)',
    ],
    [
      'a key that is a list',
      '[tenants]: []',
      'line 1: "[tenants]: []"; allowed: valid YAML (NON_STRING_KEY: a text as key)',
    ],
    ['an open quote', 'tenants: "', String.raw`line 1: "tenants: \""; allowed: valid YAML (MISSING_CHAR: `],
    ['an alias of nothing', 'tenants: *all', 'anchors before their aliases'],
    ['a bomb of anchors', bomb(), 'at most 20 values that come of aliases'],
    ['an anchor that contains itself', 'tenants: &a\n  - *a', 'tenants[0][0]'],
    ['brackets in brackets', `tenants: ${brackets(50)}`, '[0]: allowed: at most 8 levels'],
    ['brackets without end', `tenants: ${'['.repeat(200_000)}`, 'allowed: '],
    ['an ancestor for a key', 'tenants: []\n__proto__: { tenants: [] }', '__proto__: unknown key'],
    ['a maker for a key', 'tenants:\n  - { id: a, constructor: {} }', 'tenants[0].constructor: unknown key'],
  ])('with %s is refused', (_, text, expected) => {
    expect(refusalOf(text)).toContain(expected);
  });

  it('is told slip by slip, and not without end', () => {
    const lines = refusalOf(`tenants:\n${'  - { id: a, id: b }\n'.repeat(20)}`).split('\n');
    expect(lines).toHaveLength(1 + 5);
    expect(lines[5]).toContain('line 6: ');
  });

  it('may say the same once, with an anchor', () => {
    const tenant = (id: string, polling: string): string =>
      `  - { id: ${id}, polar: { clientId: ${id}, clientSecret: { env: A } }, polling: ${polling} }\n`;
    const file = fileOf(`tenants:\n${tenant('a', '&p { minSeconds: 5 }')}${tenant('b', '*p')}`);
    const tenants = loadTenants(file, { knownResources });
    expect(tenants.map(({ polling }) => polling.minSeconds)).toEqual([5, 5]);
  });
});

describe('a key', () => {
  it.each<[string, object, string]>([
    ['the file', { tenants: [acme()], tenant: 1 }, 'tenant: unknown key; did you mean tenants? known here are tenants'],
    [
      'a tenant',
      { tenants: [acme({ label: 1 })] },
      'tenants[0].label: unknown key; known here are id, name, paused, polar, quota, returnUrls, resources, polling, topics',
    ],
    [
      'the client',
      { tenants: [polar({ scope: 1 })] },
      'tenants[0].polar.scope: unknown key; known here are clientId, clientSecret, apiUrl, authUrl',
    ],
    [
      'a limit',
      { tenants: [acme({ quota: [{ requests: 1, seconds: 1, per: 1 }] })] },
      'tenants[0].quota[0].per: unknown key; known here are requests, seconds',
    ],
    [
      'the polling',
      { tenants: [acme({ polling: { x: 1 } })] },
      'tenants[0].polling.x: unknown key; known here are minSeconds, maxSeconds, backfillDays, confirmDeletionSeconds, finaliseSeconds',
    ],
    [
      'the topics',
      { tenants: [acme({ topics: { x: 1 } })] },
      'tenants[0].topics.x: unknown key; known here are prefix, partitions, replication, retentionHours',
    ],
  ])('that %s does not have is named, with those that it has', (_, content, expected) => {
    expect(refusalOf(content)).toContain(`  - ${expected}`);
  });

  const nothing: readonly (readonly [string, object])[] = [
    ['tenants', { tenants: null }],
    ['tenants[0]', { tenants: [null] }],
    ...['id', 'name', 'paused', 'polar', 'quota', 'returnUrls', 'resources', 'polling', 'topics'].map(
      (key) => [`tenants[0].${key}`, { tenants: [acme({ [key]: null })] }] as const,
    ),
    ...['clientId', 'apiUrl', 'authUrl'].map(
      (key) => [`tenants[0].polar.${key}`, { tenants: [polar({ [key]: null })] }] as const,
    ),
    ...['minSeconds', 'backfillDays'].map(
      (key) => [`tenants[0].polling.${key}`, { tenants: [acme({ polling: { [key]: null } })] }] as const,
    ),
    ...['prefix', 'partitions', 'state', 'minInsyncReplicas'].map(
      (key) => [`tenants[0].topics.${key}`, { tenants: [acme({ topics: { [key]: null } })] }] as const,
    ),
    ['tenants[0].quota[0]', { tenants: [acme({ quota: [null] })] }],
    ['tenants[0].quota[0].requests', { tenants: [acme({ quota: [{ requests: null, seconds: 1 }] })] }],
    ['tenants[0].returnUrls[0]', { tenants: [acme({ returnUrls: [null] })] }],
    ['tenants[0].resources[0]', { tenants: [acme({ resources: [null] })] }],
  ];
  it.each(nothing)('%s with nothing behind it is an oversight, told once', (path, content) => {
    const lines = refusalOf(content).split('\n').slice(1);
    expect(lines).toEqual([expect.stringContaining(`  - ${path}: null; allowed: `)]);
  });

  const ofTheWrongKind: readonly (readonly [string, object, string])[] = [
    ['a list for a tenant', { tenants: [[]] }, 'tenants[0]: []; allowed: a mapping with id and polar'],
    [
      'a list for a client',
      { tenants: [acme({ polar: ['x'] })] },
      'tenants[0].polar: a list of 1; allowed: a mapping with clientId and clientSecret',
    ],
    [
      'a mapping for a text',
      { tenants: [acme({ id: { x: 1 } })] },
      'tenants[0].id: a mapping; allowed: 1 to 40 of a-z',
    ],
    ['a word for a switch', { tenants: [acme({ paused: 'yes' })] }, 'tenants[0].paused: "yes"; allowed: true or false'],
    ['a number for a switch', { tenants: [acme({ paused: 1 })] }, 'tenants[0].paused: 1; allowed: true or false'],
    [
      'a mapping for the limits',
      { tenants: [acme({ quota: { requests: 1, seconds: 1 } })] },
      'tenants[0].quota: a mapping; allowed: a list of 1 to 8 { requests, seconds }',
    ],
    [
      'a number for a limit',
      { tenants: [acme({ quota: [3000] })] },
      'tenants[0].quota[0]: 3000; allowed: { requests, seconds }',
    ],
    [
      'nine limits',
      { tenants: [acme({ quota: Array.from({ length: 9 }, (_, i) => ({ requests: 1, seconds: i + 1 })) })] },
      'tenants[0].quota: a list of 9; allowed: a list of 1 to 8',
    ],
    [
      'infinity',
      { tenants: [acme({ polling: { maxSeconds: Number.POSITIVE_INFINITY } })] },
      'tenants[0].polling.maxSeconds: Infinity; allowed: a whole number from 1 to 2678400',
    ],
    [
      'a query in an address that paths are added to',
      { tenants: [polar({ apiUrl: 'https://x.example/v4?a=b' })] },
      'tenants[0].polar.apiUrl: "https://x.example/v4?a=b"; allowed: an https URL (http only for localhost), without user name, query and fragment',
    ],
    [
      'a URL that is read in two ways',
      { tenants: [acme({ returnUrls: ['https://good.example\\@evil.example/'] })] },
      'tenants[0].returnUrls[0]',
    ],
    [
      'a URL without its slashes',
      { tenants: [acme({ returnUrls: ['https:good.example'] })] },
      'tenants[0].returnUrls[0]',
    ],
    [
      'a URL with a space',
      { tenants: [acme({ returnUrls: ['https://good.example/a b'] })] },
      'tenants[0].returnUrls[0]',
    ],
    [
      'a second URL',
      { tenants: [acme({ returnUrls: ['https://a.example/', 'b.example'] })] },
      'tenants[0].returnUrls[1]: "b.example"',
    ],
  ];
  it.each(ofTheWrongKind)('with %s is told once', (_, content, expected) => {
    const lines = refusalOf(content).split('\n').slice(1);
    expect(lines).toEqual([expect.stringContaining(`  - ${expected}`)]);
  });

  it('is told by its own place, also behind an entry that is none', () => {
    expect(refusalOf({ tenants: ['x', acme({ polling: { minSeconds: 9, maxSeconds: 5 } })] })).toContain(
      'tenants[1].polling.minSeconds: 9; allowed: at most polling.maxSeconds, which is 5',
    );
  });
});

describe('a secret', () => {
  const secret = 'S3cr3t-4f1c';
  it.each<[string, unknown]>([
    ['as it is', polar({ clientSecret: secret })],
    ['in a list', polar({ clientSecret: [secret] })],
    ['under another key', polar({ clientSecret: { value: secret } })],
    ['under a misspelt key', polar({ clientSecrt: secret })],
    ['for the name of a variable', polar({ clientSecret: { env: secret } })],
    ['for the path of a file', polar({ clientSecret: { file: secret } })],
    ['beside a variable', polar({ clientSecret: { env: 'ACME_SECRET', value: secret } })],
    ['in a list for the client', acme({ polar: [{ clientSecret: secret }] })],
    ['in a list of texts for the client', acme({ polar: [secret] })],
    ['in a section that does not exist', acme({ secrets: { client: secret } })],
    ['in a mapping for a number', acme({ polling: { minSeconds: { clientSecret: secret } } })],
    ['in a list of limits', acme({ quota: [{ requests: { clientSecret: secret }, seconds: [secret] }] })],
    ['as password in a URL', acme({ returnUrls: [`https://user:${secret}@app.example/`] })],
    ['as password in a URL with more signs', polar({ apiUrl: `https://user@x:${secret}@app.example/` })],
    ['in place of all tenants', null],
  ])('%s is not repeated', (_, tenant) => {
    const text = refusalOf({ tenants: tenant === null ? { a: secret } : [tenant] });
    expect(text).toContain('is not usable');
    expect(text).not.toContain(secret);
  });

  it.each([
    `tenants:\n  - clientSecret: "${secret}\n`,
    `tenants: *${secret}`,
    `tenants: !${secret} x`,
    `a: ${secret}\na: ${secret}`,
    `tenants:\n  - { id: a, polar: { clientId: b, clientSecret: "x,[id:'${secret}-y } }`,
  ])('in YAML that is broken is not repeated', (text) => {
    expect(refusalOf(text)).not.toContain(secret);
  });
});

function made(name: string, make: (path: string) => unknown): string {
  const path = join(folder, name);
  make(path);
  return path;
}

/** A few hundred bytes that would become a billion values. */
function bomb(): string {
  const lines = Array.from(
    { length: 8 },
    (_, i) => `x${i + 1}: &x${i + 1} [${Array.from({ length: 9 }, () => `*x${i}`).join(', ')}]`,
  );
  return ['x0: &x0 [lol]', ...lines, 'tenants: *x8'].join('\n');
}
