import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { requireJava } from './java.ts';
import { withLock } from './lock.ts';
import { run } from './process.ts';
import type { Sandbox } from './sandbox.ts';

const CACHE = join(import.meta.dirname, '../../../.cache/services');
const FETCH_TIMEOUT_MS = 600_000;

/** What Maven brings into a folder. */
export interface MavenFolder {
  /** First part of the folder's name. */
  readonly name: string;
  /** `mvn process-sources` on it fills the folder that it gets as `-Dinto`. */
  readonly pom: string;
  /** Other files that the folder's contents depend on. */
  readonly sources?: readonly string[];
  /** Told before it begins: what is fetched. */
  readonly title: string;
  /** The rest of the work on the new folder. */
  finish(folder: string): Promise<void>;
}

/**
 * The folder, from the cache or, once per version of its files, by Maven.
 * @throws when Java or Maven is missing, or Maven fails
 */
export async function fetchByMaven(
  wanted: MavenFolder,
  sandbox: Sandbox,
  progress: (text: string) => void,
): Promise<string> {
  const folder = await cacheFolder(wanted);
  if (existsSync(folder)) return folder;
  await requireJava();
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (!existsSync(folder)) await fill(wanted, folder, sandbox, progress);
  });
  return folder;
}

/** Fills a folder beside the right one and renames it, so that a folder of the right name is always complete. */
async function fill(
  { pom, title, finish }: MavenFolder,
  folder: string,
  sandbox: Sandbox,
  progress: (text: string) => void,
): Promise<void> {
  progress(`fetching ${title}`);
  const partial = `${folder}.${randomUUID().slice(0, 8)}`;
  await sandbox.removeFolder(partial);
  await run(
    sandbox,
    {
      title: 'Maven',
      program: 'mvn',
      args: ['--quiet', '--batch-mode', '--file', pom, 'process-sources', `-Dinto=${partial}`],
      folder: sandbox.folder,
      logFile: join(sandbox.folder, 'maven.log'),
    },
    FETCH_TIMEOUT_MS,
  );
  await finish(partial);
  // another process may have been as fast: its folder is as good
  await rename(partial, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
}

/** Where the folder is once it was fetched. */
export async function cacheFolder({
  name,
  pom,
  sources = [],
}: Pick<MavenFolder, 'name' | 'pom' | 'sources'>): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [pom, ...sources]) hash.update(await readFile(file));
  return join(CACHE, `${name}-${hash.digest('hex').slice(0, 12)}`);
}
