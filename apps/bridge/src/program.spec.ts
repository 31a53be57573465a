import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { bridge } from './bridge.fixture.ts';
import { createProgram } from './program.ts';

const file = '/nowhere/tenants.yaml';
const id = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';
const times = ['--from', '2026-11-20T00:00:00Z', '--to', '2026-11-21T00:00:00Z'];

describe('bridge', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['another command', ['tenant'], /unknown command 'tenant'\n\(Did you mean tenants\?\)/],
    ['another command of a command', ['tenants', 'chek', file], /unknown command 'chek'\n\(Did you mean check\?\)/],
    ['no file', ['tenants', 'check'], /missing required argument 'file'/],
    ['two files', ['tenants', 'check', file, file], /too many arguments for 'check'\. Expected 1 argument but got 2/],
    ['an unknown option', ['tenants', 'check', file, '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  ])('says what may be typed instead of %s, and ends with 2', async (_, args, why) => {
    const { code, out, complaints } = await bridge(...args);
    expect([code, out]).toEqual([2, '']);
    expect(complaints).toMatch(why);
    expect(complaints).toContain('--help tells more');
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'an address',
      ['lanes', '--publisher-url', 'kafka:9092'],
      /^--publisher-url is not .*\s+Allowed:\s+a\s+URL\s+that\s+starts\s+with/s,
    ],
    [
      'an address for all',
      ['lanes', '--publisher-url', 'http://me:x@host'],
      /^[^@]*\swithout\s+user\s+and\s+password\.\n$/,
    ],
    [
      'a connection',
      ['why', 'onni-1'],
      /user reference,\n`bridge connections list --user-reference onni-1` shows the id/,
    ],
    ['a name for the audit log', ['poll', id, '--actor', 'a b'], /Allowed: 1 to 100 visible ASCII characters/],
    [
      'a resource',
      ['poll', id, '--resource', 'sleep'],
      /'sleep' is invalid\.\nDid you mean sleeps\?\nAllowed: account-data, activity, /,
    ],
    ['a status', ['connections', 'list', '--status', 'gone'], /'gone' is invalid\.\nAllowed: needs_reauth, /],
    ['a pace', ['replay', ...times, '--per-second', '0'], /Allowed: a whole number from 1/],
    ['a type', ['replay', ...times, '--type', 'SleepScore'], /Did you mean SleepScored\?\nAllowed: [\w,\s]+\./],
    ['a replay', ['replay', 'status', 'acme'], /Allowed: the id of a replay/],
    ['days', ['backfill', id, '--from', '2026-11-01'], /required option '--to <day>' not specified/],
    ['whose events', ['parked', 'release'], /^Say whose events: .* or --all, and not\nboth/],
    ['whose events, once', ['parked', 'release', id, '--all'], /^Say whose events: /],
    ['a group with its consumer', ['topics', 'acl', '--group', 'coach'], /^--consumer and --group go together/],
    ['a tenant with a consumer', ['topics', 'acl', '--tenant', 'acme'], /^--tenant is for a consumer/],
    ['a moment', ['recover', '--since', 'then'], /Allowed: a time such as/],
    ['a shell', ['completion', 'tcsh'], /Allowed: zsh, bash, fish, powershell\./],
  ])('asks for %s as it has to be, before it asks anybody else', async (_, args, why) => {
    const { code, out, complaints } = await bridge(...args);
    expect([code, out]).toEqual([2, '']);
    expect(complaints).toMatch(why);
    // A command to be copied is in one piece.
    expect(complaints.split('\n').filter((line) => line.length > 80 && !line.includes('`'))).toEqual([]);
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await bridge('--version')).toEqual({ code: 0, out: `${version}\n`, complaints: '' });
  });

  it.each([[[]], [['tenants']]])('lists what there is where no command was typed: %j', async (args) => {
    expect(await bridge(...args)).toMatchObject({ code: 2, out: '', complaints: expect.stringContaining('Commands:') });
  });

  it.each([[['--help']], [['help']], [['tenants', 'check', '--help']]])('explains itself: %j', async (args) => {
    expect(await bridge(...args)).toMatchObject({ code: 0, complaints: '', out: expect.stringContaining('Usage: ') });
  });

  const leavesOf = (command: Command, path = ''): readonly string[] => {
    const below = command.createHelp().visibleCommands(command);
    if (below.length === 0) return [path];
    return below.filter((one) => one.name() !== 'help').flatMap((one) => leavesOf(one, `${path} ${one.name()}`.trim()));
  };

  it.each(leavesOf(createProgram()))('%s has a description, and examples that fit a line', async (path) => {
    const { out } = await bridge(...path.split(' '), '--help');
    const lines = out.split('\n');
    expect(lines[2]).toMatch(/\w/);
    // What is begun without a word is shown without it.
    expect(out).toContain(`\n  bridge ${path.replace(/ start$/, '')}`);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });
});
