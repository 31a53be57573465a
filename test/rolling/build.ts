import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/**
 * Builds a version of the product beside this one, once.
 * @param ref of git
 * @returns the folder of the build, and the commit
 * @throws when there is no such version, or it cannot be built
 */
export async function buildOf(
  ref: string,
  say: (line: string) => void,
): Promise<{ readonly folder: string; readonly commit: string }> {
  const { stdout } = await promisify(execFile)('git', ['rev-parse', '--verify', `${ref}^{commit}`], { cwd: root });
  const commit = stdout.trim();
  const folder = join(root, '.cache/versions', commit);
  if (existsSync(folder)) return { folder, commit };
  const making = `${folder}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  say(`building ${ref} (${commit.slice(0, 7)}) in .cache/versions, a minute or two`);
  for (const command of [
    `git archive ${commit} | tar -x -C ${making}`,
    `cd ${making} && npm ci --silent && npm run --silent build`,
  ]) {
    const child = spawn('sh', ['-c', command], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0)
      throw new Error(`${ref} could not be built: "${command}" ended with ${code}; its messages are above`);
  }
  await rename(making, folder);
  return { folder, commit };
}
