import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resources } from '#resources';
import { check } from './check.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'hunter2');

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function run(...args: readonly string[]) {
  const [out, complaints]: [string[], string[]] = [[], []];
  const code = check(args, { out: (text) => out.push(text), complain: (text) => complaints.push(text) });
  return { code, out: out.join(''), complaints: complaints.join('') };
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

describe('npm run tenants -- check', () => {
  it('shows the tenants of a good file, without a secret', () => {
    const { code, out, complaints } = run('check', good);
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

  it('tells everything that is wrong, without a secret', () => {
    const { code, out, complaints } = run('check', bad);
    expect([code, out]).toEqual([1, '']);
    expect(complaints.split('\n').slice(1, -1)).toEqual([
      expect.stringMatching(/^ {2}- tenants\[0\]\.id: "Acme"; allowed: 1 to 40 of a-z/),
      expect.stringMatching(/^ {2}- tenants\[0\]\.polar\.clientSecret: allowed: \{ env: NAME \} or/),
      expect.stringMatching(/^ {2}- tenants\[1\]\.pooling: unknown key; did you mean polling\? known here are id, /),
      expect.stringMatching(/^ {2}- tenants\[1\]\.polar\.clientId: "a"; allowed: a client id of its own/),
    ]);
    expect(complaints).not.toContain('hunter2');
    expect(complaints).not.toContain('--without-secrets');
  });

  it('looks for the secrets, unless it is told not to', () => {
    const told = run('check', withoutSecret);
    expect(told.code).toBe(1);
    expect(told.complaints).toContain('tenants[0].polar.clientSecret.file: ');
    expect(told.complaints).toContain('With --without-secrets ');
    for (const args of [
      ['check', withoutSecret, '--without-secrets'],
      ['--without-secrets', 'check', withoutSecret],
    ])
      expect(run(...args)).toMatchObject({ code: 0, complaints: '', out: expect.stringContaining('not looked for') });
  });

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'There is a command missing: check'],
    ['another command', ['chek', good], 'There is no command "chek", only check'],
    ['no file', ['check'], 'The path of the tenant file is missing'],
    ['two files', ['check', good, bad], `One file at a time; "${bad}" is too much`],
    ['an unknown flag', ['check', good, '--no-secrets'], "Unknown option '--no-secrets'"],
  ])('says what may be typed instead of %s', (_, args, why) => {
    const { code, out, complaints } = run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(complaints).toContain(why);
    expect(complaints).toContain('usage: npm run tenants -- check FILE');
  });

  it('explains itself', () => {
    expect(run('--help')).toMatchObject({ code: 0, complaints: '', out: expect.stringContaining('usage: ') });
  });

  it('takes a file that is not there for one that is not usable', () => {
    expect(run('check', join(folder, 'nowhere.yaml'))).toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/ENOENT.* FILE is the path of a YAML file/),
    });
  });
});
