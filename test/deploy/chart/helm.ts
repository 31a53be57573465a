import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { fetchByMaven } from '../../../deploy/local/services/maven.ts';
import { openSandbox } from '../../../deploy/local/services/sandbox.ts';
import { run } from '../../schemathesis/virtual-environment.ts';
import { root } from '../build-file.ts';

export const chart = join(root, 'deploy/helm/accesslink-bridge');

/** What the hooks' annotations begin with in what is rendered, in the place of `helm.sh/hook`. */
export const HOOK = 'was.helm.sh/hook';

export type Values = Readonly<Record<string, unknown>>;

/** An object of Kubernetes, as far as the checks look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

export interface Rendered {
  readonly manifests: readonly Manifest[];
  /** Why Helm refuses the values; undefined where it does not. */
  readonly refusal?: string;
  /** What `helm lint --strict` says of the chart with these values as its defaults; empty where it has nothing to say. */
  readonly lint: string;
}

/**
 * `helm template` and `helm lint --strict` of the chart for each set of values, all by one start of Java.
 * @param linted the sets that are linted too
 * @throws when Java or Maven is missing, or Helm cannot be run
 */
export async function renderAll(
  cases: ReadonlyMap<string, Values>,
  linted: { has(name: string): boolean },
): Promise<ReadonlyMap<string, Rendered>> {
  const sandbox = await openSandbox();
  try {
    const jars = await fetchByMaven(
      {
        name: 'helm',
        pom: join(import.meta.dirname, 'pom.xml'),
        title: 'Helm from Maven Central (31 MB, once)',
        finish: () => Promise.resolve(),
      },
      sandbox,
      console.log,
    );
    const folder = join(sandbox.folder, 'chart');
    await mkdir(folder);
    const defaults = parse(await readFile(join(chart, 'values.yaml'), 'utf8')) as Values;
    for (const [name, values] of cases) {
      await writeFile(join(folder, `${name}.values.yaml`), stringify(values));
      if (!linted.has(name)) continue;
      await cp(chart, join(folder, `${name}.chart`), { recursive: true });
      await writeFile(join(folder, `${name}.chart/values.yaml`), stringify(merge(defaults, values)));
    }
    const plain = join(sandbox.folder, 'plain');
    await copyWithoutHooks(plain);
    const code = await run('java', ['-cp', join(jars, '*'), join(import.meta.dirname, 'Helm.java'), plain, folder]);
    if (code !== 0) throw new Error(`Helm.java ended with ${String(code)}; its message is above`);
    const results = [...cases.keys()].map(async (name) => [name, await resultOf(folder, name)] as const);
    return new Map(await Promise.all(results));
  } finally {
    await sandbox.close();
  }
}

/** This library renders no hooks; under another name they are objects as all others are. */
async function copyWithoutHooks(folder: string): Promise<void> {
  await cp(chart, folder, { recursive: true });
  const templates = join(folder, 'templates');
  for (const file of await readdir(templates, { recursive: true })) {
    if (!file.endsWith('.yaml')) continue;
    const text = await readFile(join(templates, file), 'utf8');
    await writeFile(join(templates, file), text.replaceAll('helm.sh/hook', HOOK));
  }
}

async function resultOf(folder: string, name: string): Promise<Rendered> {
  const read = (end: string): Promise<string | undefined> =>
    readFile(join(folder, `${name}.${end}`), 'utf8').catch(() => undefined);
  const [text = '', refusal, lint = 'it was not linted'] = await Promise.all([
    read('rendered.yaml'),
    read('refused'),
    read('lint'),
  ]);
  const manifests = parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
  return { manifests, lint, ...(refusal === undefined ? {} : { refusal }) };
}

/** As Helm puts values over defaults. */
function merge(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, key in above ? merge(below[key], above[key]) : below[key]]));
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
