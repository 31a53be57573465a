import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchByMaven, type MavenFolder } from '../../deploy/local/services/maven.ts';
import { openSandbox } from '../../deploy/local/services/sandbox.ts';

const execute = promisify(execFile);
const cache = join(import.meta.dirname, '../../.cache');
/** What `docs/consume.md` is about. */
export const examples = join(import.meta.dirname, '../../examples/consumers');
const most = { maxBuffer: 200_000_000 };

const tools = {
  name: 'kafka-tools',
  pom: join(import.meta.dirname, 'pom.xml'),
  title: "Kafka's tools from Maven Central (60 MB, once)",
  finish: () => Promise.resolve(),
};

/** @returns a class path of what Maven brings for a pom, from the cache after the first time */
export async function jarsOf(wanted: MavenFolder, progress: (line: string) => void): Promise<string> {
  const sandbox = await openSandbox();
  return join(await fetchByMaven(wanted, sandbox, progress).finally(() => sandbox.close()), 'jars/*');
}

/** A message as another program read it. */
export interface ReadMessage {
  readonly id: string;
  readonly key: string;
}

export interface Reading {
  readonly brokers: string;
  readonly topic: string;
  /** How many there are to read. */
  readonly count: number;
  readonly progress: (line: string) => void;
}

/** Kafka's own console consumer. */
export async function consoleConsumer({ brokers, topic, count, progress }: Reading): Promise<readonly ReadMessage[]> {
  const folder = await jarsOf(tools, progress);
  const properties = ['print.headers=true', 'print.key=true', 'print.value=false', 'key.separator=\t'];
  const { stdout } = await execute(
    'java',
    [
      '-cp',
      folder,
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      '--bootstrap-server',
      brokers,
      '--topic',
      topic,
      '--from-beginning',
      '--isolation-level',
      'read_committed',
      '--max-messages',
      String(count),
      '--timeout-ms',
      '60000',
      ...properties.flatMap((property) => ['--formatter-property', property]),
    ],
    most,
  );
  return linesOf(stdout).map((line) => {
    const [headers = '', key = ''] = line.split('\t');
    return { id: idIn(headers, ':'), key };
  });
}

/** kcat from the PATH or, on Debian and Ubuntu, from their archives. */
export async function kcat({ brokers, topic, progress }: Reading): Promise<readonly ReadMessage[]> {
  const { program, libraries } = await findKcat(progress);
  const { stdout } = await execute(
    program,
    ['-C', '-e', '-q', '-b', brokers, '-t', topic, '-X', 'isolation.level=read_committed', '-f', '%h\t%k\n'],
    { ...most, env: { ...process.env, LD_LIBRARY_PATH: libraries } },
  );
  return linesOf(stdout).map((line) => {
    const [headers = '', key = ''] = line.split('\t');
    return { id: idIn(headers, '='), key };
  });
}

/** A consumer in Python, as the README's one in JavaScript. */
export async function python({
  brokers,
  topic,
  count,
  progress,
}: Reading): Promise<readonly (ReadMessage & { readonly user: string; readonly score: number | null })[]> {
  const program = join(import.meta.dirname, 'consumer.py');
  const { stdout } = await execute(await pythonWithKafka(progress), [program, brokers, topic, String(count)], most);
  return linesOf(stdout).map((line) => JSON.parse(line) as ReadMessage & { user: string; score: number | null });
}

/** @returns the path of a Python that has what the example in Python needs */
export async function pythonWithKafka(progress: (line: string) => void): Promise<string> {
  const requirements = join(examples, 'python/requirements.txt');
  const folder = join(cache, (await readFile(requirements, 'utf8')).trim().replaceAll(/[^\w.]+/g, '-'));
  if (!existsSync(join(folder, 'done'))) {
    progress('installing confluent-kafka from PyPI (once)');
    await execute('python3', ['-m', 'venv', folder]);
    const install = ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
    await execute(join(folder, 'bin/pip'), install);
    await mkdir(join(folder, 'done'));
  }
  return join(folder, 'bin/python');
}

async function findKcat(progress: (line: string) => void): Promise<{ program: string; libraries: string }> {
  const installed = await execute('which', ['kcat']).catch(() => undefined);
  if (installed !== undefined) return { program: installed.stdout.trim(), libraries: '' };
  const folder = join(cache, 'kcat');
  const program = join(folder, 'usr/bin/kcat');
  if (!existsSync(program)) {
    progress('fetching kcat (once)');
    await mkdir(folder, { recursive: true });
    try {
      await execute('apt-get', ['download', 'kcat', 'librdkafka1', 'libyajl2'], { cwd: folder });
      const packages = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
      for (const one of packages) await execute('dpkg', ['-x', join(folder, one), folder]);
    } catch (error) {
      throw new Error('there is no kcat: install it, so that it is on the PATH (https://github.com/edenhill/kcat)', {
        cause: error,
      });
    }
  }
  const [architecture = ''] = await readdir(join(folder, 'usr/lib'));
  return { program, libraries: join(folder, 'usr/lib', architecture) };
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

const idIn = (headers: string, sign: string): string =>
  headers
    .split(',')
    .find((header) => header.startsWith(`ce_id${sign}`))
    ?.slice(6) ?? headers;
