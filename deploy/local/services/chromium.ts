import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';
import { reason } from './reason.ts';

const VARIABLE = 'CHROMIUM_PATH';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** the fonts: without any, text has no shape, and contrast and width cannot be looked at */
const PACKAGES = ['chromium', 'fonts-dejavu-core'];
const INSTALL_TIMEOUT_MS = 600_000;

/** What the way to Chromium depends on. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
  isProgram(path: string): Promise<boolean>;
  /** @throws when a step fails or there is no such program */
  run(program: string, args: readonly string[]): Promise<void>;
}

/**
 * The path of a Chromium or Chrome, by the first way that works: CHROMIUM_PATH, the PATH, or Debian's package, which is
 * installed once. A path in the environment is an order: when it is none, no other way is tried.
 * @throws an error that says what was tried and what to do
 */
export async function provideChromium(
  progress: (line: string) => void = () => undefined,
  machine: Machine = thisMachine(),
): Promise<string> {
  const ordered = machine.env[VARIABLE];
  if (ordered !== undefined && ordered !== '') {
    if (await machine.isProgram(ordered)) return ordered;
    throw new Error(
      `${VARIABLE} is ${ordered}, which is no program. To go on: set it to a Chromium or Chrome; or unset it.`,
    );
  }
  const found = await onPath(machine);
  if (found !== undefined) return found;
  const failure = await install(machine, progress).catch(reason);
  const installed = await onPath(machine);
  if (installed !== undefined) return installed;
  throw new Error(
    [
      'Chromium is not available. Tried:',
      `  1. ${VARIABLE}: not set`,
      `  2. PATH: none of ${NAMES.join(', ')}`,
      `  3. apt-get: ${failure ?? 'it brought none'}`,
      `To go on: set ${VARIABLE} to a Chromium or Chrome; or install one of them; or run this as root on Debian, where it is installed by apt-get.`,
    ].join('\n'),
  );
}

async function onPath({ env, isProgram }: Machine): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const name of NAMES) if (await isProgram(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** @returns undefined when it was done, or had been done by another process meanwhile */
async function install(machine: Machine, progress: (line: string) => void): Promise<undefined> {
  if (!machine.isRoot) throw new Error('only root may install packages');
  await withLock(join(tmpdir(), 'chromium-install.lock'), async () => {
    if ((await onPath(machine)) !== undefined) return;
    progress(`chromium   installing ${PACKAGES.join(' and ')} by apt-get (100 MB, once)`);
    await machine.run('apt-get', ['update']);
    await machine.run('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES]);
  });
}

function thisMachine(): Machine {
  const execute = promisify(execFile);
  const { env } = process;
  return {
    env,
    isRoot: process.getuid?.() === 0,
    isProgram: (path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    run: async (program, args) => {
      await execute(program, [...args], {
        env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
        timeout: INSTALL_TIMEOUT_MS,
        maxBuffer: 64 * 1024 * 1024,
      });
    },
  };
}
