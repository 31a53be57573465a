import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../../deploy/local/services/lock.ts';

const execute = promisify(execFile);
/** A Go module that names promtool as its tool, and pins it with all that it needs. */
const module = join(import.meta.dirname, 'promtool');
const tool = 'github.com/prometheus/prometheus/cmd/promtool';
/** Rules need no service discovery: without it, and all clouds' libraries, the build is short. */
const tags = 'remove_all_sd';
const longestBuildMs = 600_000;

export interface PromtoolResult {
  /** Why it was not run. */
  readonly skipped?: string;
  /** What it printed when it refused the rules or their tests. */
  readonly failure?: string;
}

/** Checks a file of rules and runs their tests. Without Go there is no promtool, and nothing is checked. */
export async function runPromtool(rules: string, tests: string): Promise<PromtoolResult> {
  const go = await execute('go', ['version']).then(
    () => true,
    () => false,
  );
  if (!go) return { skipped: 'no Go on the PATH (needed to build promtool, once: 1.26 or later)' };
  const promtool = await provide();
  for (const args of [
    ['check', 'rules', '--lint-fatal', rules],
    ['test', 'rules', tests],
  ]) {
    const failure = await execute(promtool, args).then(
      () => undefined,
      (error: { readonly stdout: string; readonly stderr: string }) =>
        `promtool ${args.slice(0, 2).join(' ')}:\n${error.stdout}${error.stderr}`,
    );
    if (failure !== undefined) return { failure };
  }
  return {};
}

/** @returns the program's path: from the user's cache, or built once for each version */
async function provide(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module, file)));
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const path = join(caches, 'accesslink-bridge', `promtool-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  await withLock(`${path}.lock`, async () => {
    if (existsSync(path)) return;
    console.log(`building promtool from Go's module proxy into ${path} (once, some minutes)`);
    const built = `${path}.${process.pid}`;
    await execute('go', ['build', '-trimpath', '-tags', tags, '-o', built, tool], {
      cwd: module,
      timeout: longestBuildMs,
    });
    await rename(built, path);
  });
  return path;
}
