import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { acme, fileOf, knownResources, load, refusalOf } from './tenants.fixture.ts';
import { TenantFile, loadTenants } from './tenants.ts';

describe('loadTenants', () => {
  it('fills in every default', () => {
    expect(load({ tenants: [acme()] })).toEqual([
      {
        id: 'acme',
        name: 'acme',
        paused: false,
        polar: {
          clientId: '4f1c',
          clientSecret: 'hunter2',
          apiUrl: 'https://www.polaraccesslink.com/v4/data',
          authUrl: 'https://auth.polar.com/oauth',
        },
        quota: [
          { requests: 3000, seconds: 900 },
          { requests: 100_000, seconds: 86_400 },
        ],
        returnUrls: [],
        resources: 'all',
        polling: {
          minSeconds: 300,
          maxSeconds: 43_200,
          backfillDays: 28,
          confirmDeletionSeconds: 3600,
          finaliseSeconds: 86_400,
        },
        topics: { prefix: 'polar.acme', partitions: 6, replication: 3, retentionHours: 168, state: false },
      },
    ]);
  });

  it('accepts the example', () => {
    const [tenant] = loadTenants('config/tenants.example.yaml', { knownResources });
    expect(tenant).toMatchObject({
      id: 'acme',
      name: 'Acme Sleep Lab',
      returnUrls: ['https://app.acme.example/connected'],
    });
  });

  it.each(['A', 'Müller & Söhne <Sport>', '深い眠り', '😀'.repeat(80)])('takes %s for a name', (name) => {
    expect(load({ tenants: [acme({ name })] })[0]?.name).toBe(name);
  });

  it('needs no secret where none is wanted', () => {
    const [tenant] = loadTenants(fileOf({ tenants: [acme()] }), { knownResources, source: {} });
    expect(tenant?.polar.clientSecret).toBe('');
  });

  it('freezes what it gives', () => {
    const [tenant] = load({ tenants: [acme()] });
    expect(Object.isFrozen(tenant) && Object.isFrozen(tenant?.polling) && Object.isFrozen(tenant?.quota[0])).toBe(true);
  });

  const bad: readonly (readonly [string, unknown, string])[] = [
    ['no list', {}, 'tenants: allowed: a list of at least one tenant'],
    ['an empty list', { tenants: [] }, 'tenants: []; allowed: a list of at least one tenant'],
    ['a mapping for the list', { tenants: { id: 'x' } }, 'tenants: a mapping; allowed: a list of at least one tenant'],
    ['a text for a tenant', { tenants: ['acme'] }, 'tenants[0]: "acme"; allowed: a mapping with id and polar'],
    ['a list for the file', [acme()], 'the whole file: allowed: a mapping with the key "tenants"'],
    [
      'an unknown key',
      { tenants: [acme({ pooling: {} })] },
      'tenants[0].pooling: unknown key; did you mean polling? known here are id, name, paused, polar, quota',
    ],
    [
      'an unknown key below',
      { tenants: [acme({ polling: { min: 3 } })] },
      'tenants[0].polling.min: unknown key; known here are minSeconds',
    ],
    ['an unknown key at the top', { tenants: [acme()], version: 1 }, 'version: unknown key; known here are tenants'],
    [
      'a bad id',
      { tenants: [acme({ id: 'Acme Corp' })] },
      'tenants[0].id: "Acme Corp"; allowed: 1 to 40 of a-z, 0-9 and -',
    ],
    ['a long id', { tenants: [acme({ id: 'a'.repeat(41) })] }, 'tenants[0].id'],
    ['an empty name', { tenants: [acme({ name: '' })] }, 'tenants[0].name: ""; allowed: 1 to 80 characters'],
    ['a long name', { tenants: [acme({ name: '😀'.repeat(81) })] }, 'tenants[0].name'],
    ['a name of two lines', { tenants: [acme({ name: 'Acme\nCorp' })] }, 'tenants[0].name: "Acme\\nCorp"'],
    ['a name that turns the text around', { tenants: [acme({ name: 'Acme \u202egro.live' })] }, 'tenants[0].name'],
    ['a name with a space at the end', { tenants: [acme({ name: 'Acme ' })] }, 'without spaces at the ends'],
    ['a number for a name', { tenants: [acme({ name: 24 })] }, 'tenants[0].name: 24'],
    ['no id', { tenants: [acme({ id: undefined })] }, 'tenants[0].id: allowed: 1 to 40'],
    [
      'a number for a client id',
      { tenants: [acme({ polar: { clientId: 17, clientSecret: { env: 'ACME_SECRET' } } })] },
      'tenants[0].polar.clientId: 17; allowed: the client id that Polar gave (in quotes',
    ],
    ['a missing client', { tenants: [acme({ polar: undefined })] }, 'tenants[0].polar: allowed: a mapping'],
    ['a text for the client', { tenants: [acme({ polar: 'x' })] }, 'tenants[0].polar: "x"; allowed: a mapping'],
    [
      'a missing variable',
      { tenants: [acme({ polar: { clientId: 'a', clientSecret: { env: 'ABSENT' } } })] },
      'tenants[0].polar.clientSecret.env: ABSENT is not set',
    ],
    [
      'an empty variable',
      { tenants: [acme({ polar: { clientId: 'a', clientSecret: { env: 'EMPTY' } } })] },
      'clientSecret.env: EMPTY is empty',
    ],
    [
      'an unreadable secret file',
      { tenants: [acme({ polar: { clientId: 'a', clientSecret: { file: '/none' } } })] },
      'clientSecret.file: "/none"; allowed: a readable file (ENOENT: there is no such file)',
    ],
    [
      'two secret sources',
      { tenants: [acme({ polar: { clientId: 'a', clientSecret: { file: '/none', env: 'X' } } })] },
      '{ env: NAME } or { file: PATH }',
    ],
    [
      'plain http',
      { tenants: [acme({ returnUrls: ['http://app.example/x'] })] },
      'tenants[0].returnUrls[0]: "http://app.example/x"; allowed: an https URL',
    ],
    ['no URL', { tenants: [acme({ returnUrls: ['app.example'] })] }, 'an https URL'],
    ['a script URL', { tenants: [acme({ returnUrls: ['javascript:alert(1)'] })] }, 'an https URL'],
    ['a URL with a password', { tenants: [acme({ returnUrls: ['https://u:p@x.example/'] })] }, 'without user name'],
    ['no list of URLs', { tenants: [acme({ returnUrls: 'https://x.example' })] }, 'a list of URLs'],
    [
      'a bad API URL',
      {
        tenants: [
          acme({ polar: { clientId: 'a', clientSecret: { env: 'ACME_SECRET' }, apiUrl: 'http://polar.example' } }),
        ],
      },
      'tenants[0].polar.apiUrl: "http://polar.example"',
    ],
    [
      'an unknown resource',
      { tenants: [acme({ resources: ['sleeps', 'sleepz'] })] },
      'tenants[0].resources[1]: "sleepz"; allowed: sleeps, skin-contacts',
    ],
    [
      'a resource twice',
      { tenants: [acme({ resources: ['sleeps', 'sleeps'] })] },
      'tenants[0].resources[1]: "sleeps"; allowed: each name once',
    ],
    ['no resource', { tenants: [acme({ resources: [] })] }, 'tenants[0].resources: []; allowed: all, or a list'],
    ['a word for resources', { tenants: [acme({ resources: 'sleeps' })] }, 'all, or a list'],
    ['an empty quota', { tenants: [acme({ quota: [] })] }, 'tenants[0].quota: []'],
    [
      'a zero quota',
      { tenants: [acme({ quota: [{ requests: 0, seconds: 900 }] })] },
      'tenants[0].quota[0].requests: 0; allowed: a whole number from 1',
    ],
    ['a quota without seconds', { tenants: [acme({ quota: [{ requests: 5 }] })] }, 'tenants[0].quota[0].seconds'],
    [
      'a window twice',
      {
        tenants: [
          acme({
            quota: [
              { requests: 5, seconds: 9 },
              { requests: 6, seconds: 9 },
            ],
          }),
        ],
      },
      'tenants[0].quota[1].seconds: 9; allowed: one limit per window length',
    ],
    [
      'min over max',
      { tenants: [acme({ polling: { minSeconds: 600, maxSeconds: 300 } })] },
      'tenants[0].polling.minSeconds: 600; allowed: at most polling.maxSeconds, which is 300',
    ],
    ['min over the default max', { tenants: [acme({ polling: { minSeconds: 50_000 } })] }, 'which is 43200'],
    [
      'a text for a number',
      { tenants: [acme({ polling: { backfillDays: '28' } })] },
      'tenants[0].polling.backfillDays: "28"; allowed: a whole number from 0',
    ],
    ['a fraction', { tenants: [acme({ polling: { minSeconds: 0.5 } })] }, 'minSeconds: 0.5'],
    ['nothing for a section', { tenants: [acme({ polling: null })] }, 'tenants[0].polling: null; allowed: a mapping'],
    [
      'a bad prefix',
      { tenants: [acme({ topics: { prefix: 'polar/acme' } })] },
      'tenants[0].topics.prefix: "polar/acme"',
    ],
    ['a prefix with a dot at the end', { tenants: [acme({ topics: { prefix: 'polar.' } })] }, 'topics.prefix'],
    [
      'a word for a switch',
      { tenants: [acme({ topics: { state: 'on' } })] },
      'topics.state: "on"; allowed: true or false',
    ],
    ['no partitions', { tenants: [acme({ topics: { partitions: 0 } })] }, 'topics.partitions: 0'],
    [
      'an id twice',
      {
        tenants: [
          acme(),
          acme({ polar: { clientId: 'b', clientSecret: { env: 'ACME_SECRET' } }, topics: { prefix: 'b' } }),
        ],
      },
      'tenants[1].id: "acme"; allowed: an id that no other tenant has (tenants[0] has it)',
    ],
    [
      'a client twice',
      { tenants: [acme(), acme({ id: 'b' })] },
      'tenants[1].polar.clientId: "4f1c"; allowed: a client id of its own',
    ],
    [
      'a prefix twice',
      {
        tenants: [
          acme({ topics: { prefix: 'p.q' } }),
          acme({ id: 'b', polar: { clientId: 'b', clientSecret: { env: 'ACME_SECRET' } }, topics: { prefix: 'p_q' } }),
        ],
      },
      'tenants[1].topics.prefix: "p_q"',
    ],
    [
      "a prefix that is another's default",
      {
        tenants: [
          acme(),
          acme({
            id: 'b',
            polar: { clientId: 'b', clientSecret: { env: 'ACME_SECRET' } },
            topics: { prefix: 'polar.acme' },
          }),
        ],
      },
      'tenants[1].topics.prefix',
    ],
    ['broken YAML', 'tenants:\n  - id: acme\n   polar: x', 'line 3: "   polar: …"; allowed: valid YAML'],
    [
      'a key twice',
      'tenants: []\ntenants: []',
      'line 2: "tenants: []"; allowed: valid YAML (DUPLICATE_KEY: each key once in a mapping)',
    ],
  ];

  it.each(bad)('refuses %s', (_name, content, expected) => {
    expect(refusalOf(content)).toContain(expected);
  });

  it('names everything wrong at once', () => {
    const text = refusalOf({
      tenants: [
        acme({ id: 'A', extra: 1, polling: { minSeconds: 0 } }),
        acme({ resources: ['x'], id: 'b', topics: { partitions: 'six' } }),
      ],
    });
    for (const path of [
      'tenants[0].id',
      'tenants[0].extra',
      'tenants[0].polling.minSeconds',
      'tenants[1].resources[0]',
      'tenants[1].topics.partitions',
      'tenants[1].polar.clientId',
    ]) {
      expect(text).toContain(path);
    }
  });

  it('never repeats what could be a secret', () => {
    const plain = refusalOf({ tenants: [acme({ polar: { clientId: 'a', clientSecret: 'hunter2' } })] });
    expect(plain).toContain(
      'tenants[0].polar.clientSecret: allowed: { env: NAME } or { file: PATH }, never the secret itself',
    );
    const misspelt = refusalOf({ tenants: [acme({ polar: { clientId: 'a', clientSecrt: 'hunter2' } })] });
    const elsewhere = refusalOf({ tenants: [acme({ polar: { clientId: 'a', clientSecret: { value: 'hunter2' } } })] });
    const broken = refusalOf('tenants:\n - polar: { clientSecret: "hunter2 }\n   x: [');
    for (const text of [plain, misspelt, elsewhere, broken]) expect(text).not.toContain('hunter2');
  });

  it('says how to name the file', () => {
    expect(() => loadTenants('/none.yaml', { knownResources })).toThrow(
      /cannot be read \(ENOENT: there is no such file\).*TENANTS_FILE/,
    );
  });

  it('allows http only for this machine', () => {
    const urls = ['http://localhost:3000/x', 'http://127.0.0.1/x', 'http://[::1]:8080/x', 'http://app.localhost/x'];
    expect(load({ tenants: [acme({ returnUrls: urls })] })[0]?.returnUrls).toEqual(urls);
    expect(refusalOf({ tenants: [acme({ returnUrls: ['http://localhost.evil.example/'] })] })).toContain(
      'an https URL',
    );
  });
});

describe('TenantFile', () => {
  it('finds a tenant or names those that exist', () => {
    const tenants = new TenantFile(fileOf({ tenants: [acme()] }), { knownResources });
    expect(tenants.get('acme').id).toBe('acme');
    expect(() => tenants.get('nobody')).toThrow('There are: acme.');
  });

  it('takes a changed file over as a whole, or not at all', () => {
    const file = fileOf({ tenants: [acme()] });
    const tenants = new TenantFile(file, { knownResources });
    const before = tenants.get('acme');
    expect(tenants.reload()).toBe(false);

    writeFileSync(file, stringify({ tenants: [acme({ polling: { minSeconds: 0 } })] }));
    expect(() => tenants.reload()).toThrow('minSeconds');
    expect(tenants.get('acme')).toBe(before);

    const beta = { id: 'beta', polar: { clientId: 'b', clientSecret: { env: 'B' } } };
    writeFileSync(file, stringify({ tenants: [acme(), beta] }));
    expect(tenants.reload()).toBe(true);
    expect(tenants.get('acme')).toBe(before);
    expect(tenants.all().map(({ id }) => id)).toEqual(['acme', 'beta']);
  });
});
