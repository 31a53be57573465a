import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { requireJava } from './java.ts';
import { withLock } from './lock.ts';
import { run } from './process.ts';
import type { Sandbox } from './sandbox.ts';
import type { Jars } from './types.ts';

/** as in pom.xml; services.spec.ts compares them */
export const KAFKA_VERSION = '4.3.1';
const POM = join(import.meta.dirname, 'pom.xml');
const CACHE = join(import.meta.dirname, '../../../.cache/services');
const FETCH_TIMEOUT_MS = 600_000;

/**
 * The jars of pom.xml, from the cache or, once per version of that file, by Maven.
 * @throws when Java or Maven is missing, or Maven fails
 */
export async function fetchJars(sandbox: Sandbox, progress: (text: string) => void): Promise<Jars> {
  const folder = await cacheFolder();
  const jars = jarsIn(folder);
  if (existsSync(folder)) return jars;
  await requireJava();
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (!existsSync(folder)) await fill(folder, sandbox, progress);
  });
  return jars;
}

/** Fills a folder beside the right one and renames it, so that a folder of the right name is always complete. */
async function fill(folder: string, sandbox: Sandbox, progress: (text: string) => void): Promise<void> {
  progress(`fetching Kafka ${KAFKA_VERSION} and Redis 6.2 from Maven Central (60 MB, once)`);
  const partial = `${folder}.${randomUUID().slice(0, 8)}`;
  await sandbox.removeFolder(partial);
  await run(
    sandbox,
    {
      title: 'Maven',
      program: 'mvn',
      args: ['--quiet', '--batch-mode', '--file', POM, 'process-sources', `-Dinto=${partial}`],
      folder: sandbox.folder,
      logFile: join(sandbox.folder, 'maven.log'),
    },
    FETCH_TIMEOUT_MS,
  );
  const programs = join(partial, 'redis');
  await Promise.all((await readdir(programs)).map((name) => chmod(join(programs, name), 0o755)));
  // another process may have been as fast: its folder is as good
  await rename(partial, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
}

/** Where the jars are once `fetchJars` has run: for tests that use Kafka's own client. */
export async function cachedJars(): Promise<Jars> {
  return jarsIn(await cacheFolder());
}

async function cacheFolder(): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, 12);
  return join(CACHE, `kafka-${hash}`);
}

const jarsIn = (folder: string): Jars => ({ kafka: join(folder, 'kafka'), redis: join(folder, 'redis') });
