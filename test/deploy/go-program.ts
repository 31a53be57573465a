import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../deploy/local/services/lock.ts';

const execute = promisify(execFile);
/** kube-apiserver takes six minutes on two idle cores, and many more beside other work. */
const longestBuildMs = 3_600_000;

/** A program that is built from Go's module proxy. */
export interface GoProgram {
  readonly name: string;
  /** The folder of a Go module that names the program as its tool, and pins it with all that it needs. */
  readonly module: string;
  /** The program's package. */
  readonly package: string;
  /** More arguments of `go build`. */
  readonly flags?: readonly string[];
}

export async function hasGo(): Promise<boolean> {
  return execute('go', ['version']).then(
    () => true,
    () => false,
  );
}

/**
 * @returns the program's path: from the user's cache, or built once for each version
 * @throws when there is no Go, or it cannot build the program; with Go's message
 */
export async function goProgram(
  { name, module, package: main, flags = [] }: GoProgram,
  progress: (line: string) => void,
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module, file)));
  for (const flag of flags) hash.update(flag);
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const path = join(caches, 'accesslink-bridge', `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  await withLock(`${path}.lock`, async () => {
    if (existsSync(path)) return;
    progress(`building ${name} from Go's module proxy into ${path} (once, some minutes)`);
    const built = `${path}.${process.pid}`;
    await execute('go', ['build', '-trimpath', ...flags, '-o', built, main], {
      cwd: module,
      timeout: longestBuildMs,
    });
    await rename(built, path);
  });
  return path;
}
