import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { orphanGuard } from '../../deploy/local/stack/child.ts';
import { examples, jarsOf, pythonWithKafka } from './programs.ts';

export interface ExampleOptions {
  readonly brokers: string;
  /** Of the tenant's topics. */
  readonly prefix: string;
  /** Where stores and logs are. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}

/** How an example is started. */
type Program = (progress: (line: string) => void) => Promise<readonly [program: string, ...args: readonly string[]]>;

const programs: Readonly<Record<string, Program>> = {
  typescript: () =>
    Promise.resolve([
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
      join(examples, 'typescript/consumer.ts'),
    ]),
  python: async (progress) => [await pythonWithKafka(progress), join(examples, 'python/consumer.py')],
  async java(progress) {
    const wanted = {
      name: 'example-consumer',
      pom: join(examples, 'java/pom.xml'),
      title: 'the jars of the example in Java from Maven Central (30 MB, once)',
      finish: () => Promise.resolve(),
    };
    return ['java', '-Xmx128m', '-cp', await jarsOf(wanted, progress), join(examples, 'java/Consumer.java')];
  },
};

/** A night or a day of an athlete, as `onni-1 2026-11-27 score 60.3403`. */
export type Kept = readonly string[];

/** One of the examples: a group and a store that any number of its processes share. */
export class Example {
  readonly name: string;
  readonly #command: readonly [string, ...(readonly string[])];
  readonly #options: ExampleOptions;
  readonly #running: ChildProcess[] = [];
  readonly #store: string;

  private constructor(name: string, command: readonly [string, ...(readonly string[])], options: ExampleOptions) {
    this.name = name;
    this.#command = command;
    this.#options = options;
    this.#store = join(options.folder, `${name}.db`);
  }

  /** All of them, not yet started. */
  static async all(options: ExampleOptions): Promise<readonly Example[]> {
    const found: Example[] = [];
    for (const [name, program] of Object.entries(programs))
      found.push(new Example(name, await program(options.progress), options));
    return found;
  }

  /** Starts one more process. */
  async start(): Promise<void> {
    const { brokers, prefix, folder } = this.#options;
    const [program, ...args] = this.#command;
    const log = await open(join(folder, `${this.name}.log`), 'a');
    const child = spawn(program, args, {
      env: {
        PATH: process.env['PATH'],
        KAFKA_BROKERS: brokers,
        TOPIC_PREFIX: prefix,
        GROUP_ID: `example-${this.name}`,
        STORE: this.#store,
        STORE_SQL: join(examples, 'store.sql'),
      },
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    await log.close();
    await (await orphanGuard()).watch(child.pid ?? 0, 'SIGKILL');
    this.#running.push(child);
  }

  /** Ends the process that was started first. @returns its status, or the signal */
  async end(signal: NodeJS.Signals): Promise<number | string | null> {
    const child = this.#running.shift();
    if (child === undefined) throw new Error(`no process of the example in ${this.name} runs`);
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    await (await orphanGuard()).forget(child.pid ?? 0);
    return child.exitCode ?? child.signalCode;
  }

  /** @returns the statuses of all that still run, after SIGTERM */
  async stop(): Promise<readonly (number | string | null)[]> {
    const statuses: (number | string | null)[] = [];
    while (this.#running.length > 0) statuses.push(await this.end('SIGTERM'));
    return statuses;
  }

  /** @throws when one of its processes has ended by itself */
  seen(): ReadonlySet<string> {
    const ended = this.#running.find(({ exitCode }) => exitCode !== null);
    if (ended !== undefined)
      throw new Error(`the example in ${this.name} ended with ${ended.exitCode}; see ${this.name}.log`);
    return new Set(this.#read('select id from seen').map(({ id }) => String(id)));
  }

  /** What it has of all athletes, sorted; a day's samples are counted in its chunks. */
  kept(): Kept {
    const nights = this.#read('select user_reference as who, night, score from nights where score is not null');
    const days = this.#read(`
      select user_reference as who, day, device, is_complete, days.samples as named, (
        select json_group_array(json(offset_millis)) from heart_rate_chunks as chunks
        where chunks.connection = days.connection and chunks.day = days.day and chunks.device = days.device
      ) as offsets from heart_rate_days as days`);
    return [
      ...nights.map(({ who, night, score }) => `${who} ${night} score ${score}`),
      ...days.map(({ who, day, device, is_complete: isComplete, named, offsets }) => {
        const samples = (JSON.parse(String(offsets)) as (number | null)[][]).flat();
        const last = Math.max(0, ...samples.map((offset) => offset ?? 0));
        const faults = `${isComplete === 1 ? '' : ', chunks missing'}${samples.length === named ? '' : `, ${named} named`}`;
        return `${who} ${day} ${device} ${samples.length} samples until ${last}${faults}`;
      }),
    ].toSorted();
  }

  #read(sql: string): readonly Readonly<Record<string, unknown>>[] {
    if (!existsSync(this.#store)) return [];
    const db = new DatabaseSync(this.#store, { readOnly: true, timeout: 10_000 });
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  }
}
