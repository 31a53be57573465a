import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A program that PyPI has. */
export interface PythonProgram {
  readonly name: string;
  readonly version: string;
  /** What its package installs. */
  readonly program: string;
}

/** Runs a program. @returns its exit code @throws when it cannot be started */
export async function run(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const child = spawn(name, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/**
 * A Python program in an environment of its own, installed when it is not there yet.
 * @returns the program's path
 * @throws when there is no Python, or PyPI does not have it; the message says what to do
 */
export async function pythonProgram(
  { name, version, program }: PythonProgram,
  progress: (line: string) => void,
): Promise<string> {
  const folder = join(import.meta.dirname, '../../.cache', `${name}-${version}`);
  const path = join(folder, 'bin', program);
  if (existsSync(path)) return path;
  progress(`installing ${name} ${version} from PyPI into ${folder} (once, two minutes at most)`);
  await mkdir(dirname(folder), { recursive: true });
  await rm(folder, { recursive: true, force: true });
  const made = await run('python3', ['-m', 'venv', folder]).catch((error: unknown) => String(error));
  if (made !== 0)
    throw new Error(
      `"python3 -m venv" did not work (${String(made)}). ${name} comes from PyPI: install Python 3.10 or later with venv (Debian: apt-get install python3-venv).`,
    );
  const pip = join(folder, 'bin/pip');
  if ((await run(pip, ['install', '--quiet', '--disable-pip-version-check', `${name}==${version}`])) !== 0) {
    await rename(folder, `${folder}.broken`).catch(() => undefined);
    throw new Error(`pip could not install ${name}==${version}: its message is above. Is PyPI within reach?`);
  }
  return path;
}

/** @throws as `pythonProgram` does */
export function schemathesis(progress: (line: string) => void): Promise<string> {
  return pythonProgram({ name: 'schemathesis', version: '4.32.5', program: 'schemathesis' }, progress);
}
