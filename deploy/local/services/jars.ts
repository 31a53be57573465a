import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, fetchByMaven } from './maven.ts';
import type { Sandbox } from './sandbox.ts';
import type { Jars } from './types.ts';

/** as in pom.xml; services.spec.ts compares them */
export const KAFKA_VERSION = '4.3.1';

const wanted = {
  name: 'kafka',
  pom: join(import.meta.dirname, 'pom.xml'),
  title: `Kafka ${KAFKA_VERSION} and Redis 6.2 from Maven Central (60 MB, once)`,
  async finish(folder: string): Promise<void> {
    const programs = join(folder, 'redis');
    await Promise.all((await readdir(programs)).map((name) => chmod(join(programs, name), 0o755)));
  },
};

/** The jars of pom.xml. @throws when Java or Maven is missing, or Maven fails */
export async function fetchJars(sandbox: Sandbox, progress: (text: string) => void): Promise<Jars> {
  return jarsIn(await fetchByMaven(wanted, sandbox, progress));
}

/** Where the jars are once `fetchJars` has run: for tests that use Kafka's own client. */
export async function cachedJars(): Promise<Jars> {
  return jarsIn(await cacheFolder(wanted));
}

const jarsIn = (folder: string): Jars => ({ kafka: join(folder, 'kafka'), redis: join(folder, 'redis') });
