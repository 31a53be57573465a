import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import { chart, type Manifest, type Values } from '../deploy/chart/helm.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Programs } from './programs.ts';

const execute = promisify(execFile);
const TIMEOUT = '2m';

/** Helm's command line, for one release called `bridge` in a namespace. */
export class Helm {
  static readonly release = 'bridge';
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #kubernetes: string;

  constructor({ helm, versions }: Programs, { folder, kubeconfig }: ControlPlane) {
    this.#program = helm;
    this.#folder = folder;
    this.#env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: kubeconfig };
    this.#kubernetes = versions.kubernetes;
  }

  /** What it makes of the chart, hooks too. @throws when it refuses the values */
  async render(namespace: string, values: Values): Promise<readonly Manifest[]> {
    const file = await this.#write(namespace, values);
    // `template` asks no server.
    const version = ['--kube-version', this.#kubernetes];
    const text = await this.#run(['template', Helm.release, chart, ...at(namespace), ...version, '--values', file]);
    return parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
  }

  /** @throws with Helm's message; so do all commands here */
  install(namespace: string, values: Values): Promise<void> {
    return this.#apply('install', namespace, values);
  }

  upgrade(namespace: string, values: Values): Promise<void> {
    return this.#apply('upgrade', namespace, values);
  }

  async rollback(namespace: string, revision: number): Promise<void> {
    await this.#run(['rollback', Helm.release, String(revision), ...at(namespace), '--wait', '--timeout', TIMEOUT]);
  }

  async test(namespace: string): Promise<void> {
    await this.#run(['test', Helm.release, ...at(namespace), '--timeout', TIMEOUT]);
  }

  async uninstall(namespace: string): Promise<void> {
    await this.#run(['uninstall', Helm.release, ...at(namespace), '--wait', '--timeout', TIMEOUT]);
  }

  async #apply(command: 'install' | 'upgrade', namespace: string, values: Values): Promise<void> {
    const waiting = ['--wait', '--timeout', TIMEOUT];
    const file = await this.#write(namespace, values);
    await this.#run([command, Helm.release, chart, ...at(namespace), ...waiting, '--values', file]);
  }

  async #write(namespace: string, values: Values): Promise<string> {
    const file = join(this.#folder, `${namespace}.values.yaml`);
    await writeFile(file, stringify(values));
    return file;
  }

  async #run(args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await execute(this.#program, args, { env: this.#env, maxBuffer: 50_000_000 });
      return stdout;
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string };
      throw new Error(`helm ${args.slice(0, 2).join(' ')}: ${stderr.trim() || String(error)}`, { cause: error });
    }
  }
}

const at = (namespace: string): readonly string[] => ['--namespace', namespace];
