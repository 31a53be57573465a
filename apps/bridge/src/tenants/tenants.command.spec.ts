import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resources } from '#resources';
import { bridge } from '../bridge.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'hunter2');

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const good = fileOf(
  'good.yaml',
  `tenants:
  - id: acme
    polar: { clientId: 4f1c-9, clientSecret: { file: ${secretFile} } }
  - id: beta-sports
    paused: true
    polar: { clientId: b, clientSecret: { file: ${secretFile} } }
    resources: [sleeps, activity]
    quota: [{ requests: 10, seconds: 90 }, { requests: 500, seconds: 7200 }]
    topics: { prefix: watch.beta }
`,
);
const withoutSecret = fileOf(
  'without-secret.yaml',
  `tenants: [{ id: acme, polar: { clientId: a, clientSecret: { file: ${join(folder, 'none')} } } }]`,
);
const bad = fileOf(
  'bad.yaml',
  `tenants:
  - { id: Acme, polar: { clientId: a, clientSecret: hunter2 } }
  - { id: beta, polar: { clientId: a, clientSecret: { file: ${secretFile} } }, pooling: {} }
`,
);

const check = (...args: readonly string[]) => bridge('tenants', 'check', ...args);

describe('bridge tenants check', () => {
  it('shows the tenants of a good file, without a secret', async () => {
    const { code, out, complaints } = await check(good);
    expect([code, complaints]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'id           client id  resources  quota                    topics      paused',
      `acme         4f1c-9     all ${String(resources.length)}     3000/15 min, 100000/1 d  polar.acme  no`,
      'beta-sports  b          2          10/90 s, 500/2 h         watch.beta  yes',
      'All client secrets were found.',
      '',
    ]);
    expect(out).not.toContain('hunter2');
  });

  it('tells the same to a script', async () => {
    const { code, out, complaints } = await check(good, '--json');
    expect([code, complaints]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      tenants: [
        { id: 'acme', clientId: '4f1c-9', resources: 'all', topicPrefix: 'polar.acme', paused: false },
        { id: 'beta-sports', resources: ['sleeps', 'activity'], paused: true },
      ],
      secretsFound: true,
    });
    expect(out).not.toContain('hunter2');
  });

  it('tells everything that is wrong, without a secret', async () => {
    const { code, out, complaints } = await check(bad);
    expect([code, out]).toEqual([1, '']);
    expect(complaints.replaceAll('\n    ', ' ').split('\n').slice(1, -1)).toEqual([
      expect.stringMatching(/^ {2}- tenants\[0\]\.id: "Acme"; allowed: 1 to 40 of a-z/),
      expect.stringMatching(/^ {2}- tenants\[0\]\.polar\.clientSecret: allowed: \{ env: NAME \} or/),
      expect.stringMatching(/^ {2}- tenants\[1\]\.pooling: unknown key; did you mean polling\? known here are id, /),
      expect.stringMatching(/^ {2}- tenants\[1\]\.polar\.clientId: "a"; allowed: a client id of its own/),
    ]);
    expect(complaints).not.toContain('hunter2');
    expect(complaints).not.toContain('--without-secrets');
  });

  it('looks for the secrets, unless it is told not to', async () => {
    const told = await check(withoutSecret);
    expect(told.code).toBe(1);
    expect(told.complaints).toContain('tenants[0].polar.clientSecret.file: ');
    expect(told.complaints).toContain('With --without-secrets ');
    for (const args of [
      [withoutSecret, '--without-secrets'],
      ['--without-secrets', withoutSecret],
    ])
      expect(await check(...args)).toMatchObject({
        code: 0,
        complaints: '',
        out: expect.stringContaining('not looked for'),
      });
  });

  it('takes a file that is not there for one that is not usable', async () => {
    expect(await check(join(folder, 'nowhere.yaml'))).toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/ENOENT[^.]*\)\. FILE is the path of a YAML file/),
    });
  });
});
