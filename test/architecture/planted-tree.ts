import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** Path in the tree -> source text. */
export type Sources = Readonly<Record<string, string>>;

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** A small repository of its own in a temporary folder: our settings and packages, other sources, and nothing built. */
export class PlantedTree {
  readonly #folder = mkdtempSync(join(tmpdir(), 'architecture-'));

  constructor(sources: Sources) {
    for (const file of ['package.json', 'tsconfig.json', 'config/lint'])
      cpSync(join(repository, file), join(this.#folder, file), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(this.#folder, 'node_modules'), 'dir');
    this.plant(sources);
  }

  plant(sources: Sources): void {
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
      writeFileSync(join(this.#folder, path), text);
    }
  }

  /** Runs dependency-cruiser as `npm run lint:architecture` does. */
  async cruise(): Promise<readonly Violation[]> {
    const program = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const settings = ['--config', 'config/lint/dependency-cruiser.cjs', '--preserve-symlinks', '--output-type', 'json'];
    const folders = ['apps', 'libs', 'config', 'test', 'deploy', 'examples'];
    const output = await this.#run(program, [...settings, ...folders]);
    const { summary } = JSON.parse(output) as {
      summary: { violations: readonly { rule: { name: string }; from: string; to: string }[] };
    };
    return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { cwd: this.#folder, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
        // It exits with the number of violations, so only its output tells whether it ran.
        if (stdout.startsWith('{')) resolve(stdout);
        else reject(new Error(`dependency-cruiser did not run: ${stderr || stdout}`, { cause: error }));
      });
    });
  }
}
