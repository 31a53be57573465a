import { describe, expect, it } from '@jest/globals';
import { type Machine, provideChromium } from '../../deploy/local/services/chromium.ts';

interface Told {
  readonly lines: string[];
  readonly commands: string[];
}

/** A machine with these programs; `brings` are there once apt-get has installed something. */
function machine(parts: Partial<Machine> & { programs?: readonly string[]; brings?: readonly string[] }) {
  const told: Told = { lines: [], commands: [] };
  const programs = new Set(parts.programs);
  const made: Machine = {
    env: { PATH: '/usr/local/bin:/usr/bin' },
    isRoot: true,
    isProgram: async (path) => programs.has(path),
    run: async (program, args) => {
      told.commands.push([program, ...args].join(' '));
      if (args[0] === 'install') for (const path of parts.brings ?? []) programs.add(path);
    },
    ...parts,
  };
  return { told, path: provideChromium((line) => told.lines.push(line), made) };
}

describe('the way to Chromium', () => {
  it('is CHROMIUM_PATH, before all others', async () => {
    const env = { CHROMIUM_PATH: '/opt/chrome', PATH: '/usr/bin' };
    const { path, told } = machine({ env, programs: ['/opt/chrome', '/usr/bin/chromium'] });
    expect(await path).toBe('/opt/chrome');
    expect(told).toEqual({ lines: [], commands: [] });
  });

  it('is no other one when CHROMIUM_PATH leads nowhere', async () => {
    const env = { CHROMIUM_PATH: '/opt/chrome', PATH: '/usr/bin' };
    const { path, told } = machine({ env, programs: ['/usr/bin/chromium'] });
    await expect(path).rejects.toThrow('CHROMIUM_PATH is /opt/chrome, which is no program');
    expect(told.commands).toEqual([]);
  });

  it.each([['/usr/bin/chromium'], ['/usr/bin/google-chrome'], ['/usr/local/bin/google-chrome-stable']])(
    'is %s on the PATH',
    async (program) => {
      const { path, told } = machine({ programs: [program], isRoot: false });
      expect(await path).toBe(program);
      expect(told.commands).toEqual([]);
    },
  );

  it("is Debian's package for root, and says so", async () => {
    const { path, told } = machine({ brings: ['/usr/bin/chromium'] });
    expect(await path).toBe('/usr/bin/chromium');
    expect(told.commands).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends chromium fonts-dejavu-core',
    ]);
    expect(told.lines).toEqual([expect.stringContaining('installing chromium and fonts-dejavu-core by apt-get')]);
  });

  it('is barred for others, who are told the three ways', async () => {
    const { path, told } = machine({ isRoot: false });
    await expect(path).rejects.toThrow(
      /CHROMIUM_PATH: not set\n.*PATH: none of chromium,.*\n.*apt-get: only root may install packages\nTo go on: set CHROMIUM_PATH/,
    );
    expect(told.commands).toEqual([]);
  });

  it('ends with the reason when the package cannot be had', async () => {
    const run = () => Promise.reject(new Error('spawn apt-get ENOENT'));
    await expect(machine({ run }).path).rejects.toThrow('3. apt-get: spawn apt-get ENOENT');
    await expect(machine({}).path).rejects.toThrow('3. apt-get: it brought none');
  });
});
