import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../../deploy/local/services/port.ts';
import { commandOf } from '../../../deploy/local/stack/stack.ts';
import { partitions } from './world.ts';

const execute = promisify(execFile);

export interface PublishersOptions {
  readonly folder: string;
  readonly run: string;
  readonly databaseUrl: string;
  readonly brokers: string;
  readonly verbose: boolean;
}

interface Lane {
  readonly owner: string | null;
  readonly lagRows: number;
}

/** Publishers as they run in production, each in a process of its own. */
export class Publishers {
  readonly #options: PublishersOptions;
  readonly #children: { readonly child: ChildProcess; readonly port: number }[] = [];

  constructor(options: PublishersOptions) {
    this.#options = options;
  }

  /** Starts or ends as many as it takes, and waits until the lanes are spread evenly. */
  async scale(count: number): Promise<void> {
    while (this.#children.length > count) await end(this.#children.pop()?.child);
    while (this.#children.length < count) this.#children.push(await this.#start());
    for (let tries = 0; tries < 300; tries += 1) {
      await sleep(100);
      const owners = await this.#owners();
      const held = Map.groupBy(owners, (owner) => owner ?? '');
      if (owners.length > 0 && !held.has('') && held.size === count) return;
    }
    throw new Error(`the lanes were not spread over ${count} publishers within 30 s`);
  }

  /** Ends the last of two in order. @returns ms until the other one has all lanes */
  async handOver(): Promise<number> {
    const leaving = this.#children.pop()?.child;
    const before = new Set(await this.#owners());
    const start = performance.now();
    const gone = end(leaving);
    for (;;) {
      const owners = new Set(await this.#owners());
      if (owners.size === 1 && before.size === 2 && !owners.has(null)) break;
      if (performance.now() - start > 30_000) throw new Error('the lanes were not handed over within 30 s');
      await sleep(10);
    }
    const ms = performance.now() - start;
    await gone;
    return ms;
  }

  /** Of the first one, in MB. */
  async rssMb(): Promise<number> {
    const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(this.#children[0]?.child.pid)]);
    return Number(stdout) / 1024;
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.splice(0).map(({ child }) => end(child)));
  }

  /** Over all lanes, as far as the database knows. */
  async lagRows(): Promise<number> {
    const lanes = await this.#lanes();
    return lanes.length === 0 ? Number.POSITIVE_INFINITY : lanes.reduce((sum, { lagRows }) => sum + lagRows, 0);
  }

  async #owners(): Promise<readonly (string | null)[]> {
    return (await this.#lanes()).map(({ owner }) => owner);
  }

  async #lanes(): Promise<readonly Lane[]> {
    const answer = await fetch(`http://127.0.0.1:${this.#children[0]?.port}/v1/lanes`, {
      headers: { authorization: 'Bearer bench' },
    }).catch(() => undefined);
    const body = (await answer?.json()) as { readonly lanes: readonly Lane[] } | undefined;
    return body?.lanes ?? [];
  }

  async #start(): Promise<{ child: ChildProcess; port: number }> {
    const { folder, run, databaseUrl, brokers, verbose } = this.#options;
    const file = join(folder, 'tenants.yaml');
    await writeFile(
      file,
      `tenants:
  - id: bench
    polar: { clientId: bench, clientSecret: { env: BENCH_SECRET } }
    topics: { prefix: ${run}, partitions: ${partitions}, replication: 1, retentionHours: 1 }
`,
    );
    const port = await freePort();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...commandOf('publisher')], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        KAFKA_BROKERS: brokers,
        TENANTS_FILE: file,
        DEPLOYMENT: run,
        PORT: String(port),
        HOST: '127.0.0.1',
        ADMIN_TOKEN: 'bench',
        // As the yardstick sends it.
        KAFKA_COMPRESSION: 'none',
        LOG_LEVEL: verbose ? 'debug' : 'warn',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return { child, port };
  }
}

/** Ends a process in order. */
export async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
