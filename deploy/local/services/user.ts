import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { User } from './process.ts';

const execute = promisify(execFile);
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The user for a program that refuses to run as root: one that every system has, so none is created.
 * @returns undefined when we are not root, and need no other
 */
export async function unprivilegedUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([id('-u', name), id('-g', name)]);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${CANDIDATES.join(' or ')} to run it as`);
}

async function id(flag: string, name: string): Promise<number | undefined> {
  return execute('id', [flag, name]).then(
    ({ stdout }) => Number(stdout),
    () => undefined,
  );
}
