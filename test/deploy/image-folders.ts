import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import ignore from '@balena/dockerignore';
import { root, type Stage, stageOf, type Step } from './build-file.ts';

/** A stage that was carried out: its file system, as far as its steps made it, and how its programs are started. */
export interface Folder {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/** Keywords that change neither a file nor how a program runs here. */
const told = new Set(['LABEL', 'ARG', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK']);

/**
 * Carries out the steps of the Dockerfile's stages in folders: COPY as Docker does, what .dockerignore hides left out, and RUN by
 * the shell in the stage's working directory. Of the base image there is only what this machine has: Node and npm.
 */
export class ImageFolders {
  readonly #stages: readonly Stage[];
  readonly #into: string;
  readonly #say: (line: string) => void;
  readonly #made = new Map<string, Promise<Folder>>();
  readonly #context: Promise<(path: string) => boolean>;

  constructor(stages: readonly Stage[], into: string, say: (line: string) => void) {
    this.#stages = stages;
    this.#into = into;
    this.#say = say;
    this.#context = contextFilter();
  }

  /** Makes a stage and those that it needs, each once. @throws when a step fails, or is of a kind that is not known here */
  make(name: string): Promise<Folder> {
    const made = this.#made.get(name) ?? this.#make(stageOf(this.#stages, name));
    this.#made.set(name, made);
    return made;
  }

  async #make({ name, base, steps }: Stage): Promise<Folder> {
    const path = join(this.#into, name);
    await mkdir(path, { recursive: true });
    const parent = this.#stages.some((stage) => stage.name === base) ? await this.make(base) : undefined;
    if (parent !== undefined) await cp(parent.path, path, { recursive: true });
    let { env, workdir, user, entrypoint }: Omit<Folder, 'path'> = parent ?? {
      env: {},
      workdir: '/',
      user: '',
      entrypoint: [],
    };
    for (const step of steps) {
      const { keyword, text, words, list } = step;
      if (keyword === 'WORKDIR') await mkdir(join(path, (workdir = text)), { recursive: true });
      else if (keyword === 'ENV') env = Object.assign({}, env, pairs(words));
      else if (keyword === 'USER') user = text;
      else if (keyword === 'ENTRYPOINT') entrypoint = list ?? [];
      else if (keyword === 'COPY') await this.#copy(path, workdir, step);
      else if (keyword === 'RUN') await this.#run(name, join(path, workdir), env, text);
      else if (!told.has(keyword)) throw new Error(`${keyword} is not known to test/deploy/image-folders.ts`);
    }
    return { path, env, workdir, user, entrypoint };
  }

  async #copy(path: string, workdir: string, { words, from, mode }: Step): Promise<void> {
    const sources = words.slice(0, -1);
    const target = words.at(-1) ?? '';
    const origin = from === undefined ? root : (await this.make(from)).path;
    const wanted = from === undefined ? await this.#context : () => true;
    const into = join(path, target.startsWith('/') ? '' : workdir, target);
    for (const source of sources) {
      const file = join(origin, source);
      const isFolder = (await stat(file)).isDirectory();
      // A folder gives its content; a file goes into a folder where the target ends with a slash, or is one.
      const place = isFolder || !/(^|\/)\.?\/?$/.test(target) ? into : join(into, basename(source));
      if (!isFolder && !wanted(source)) throw new Error(`COPY ${source}: .dockerignore hides it`);
      await mkdir(dirname(place), { recursive: true });
      await cp(file, place, {
        recursive: true,
        verbatimSymlinks: true,
        filter: async (one) => (await stat(one)).isDirectory() || wanted(relative(origin, one)),
      });
      if (mode !== undefined) await chmod(place, Number.parseInt(mode, 8));
    }
  }

  async #run(name: string, cwd: string, env: Readonly<Record<string, string>>, command: string): Promise<void> {
    const start = performance.now();
    const shell = spawn('/bin/sh', ['-c', command], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...settingsOfNpm(), ...env },
    });
    const [code] = (await once(shell, 'exit')) as [number | null];
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    this.#say(`${name.padEnd(13)} RUN ${command.replaceAll(/\s*\\\n\s*/g, ' ')} (${seconds} s)`);
    if (code !== 0) throw new Error(`${name}: RUN ended with ${String(code)}`);
  }
}

/** Where npm finds its registry and its cache here. Nothing else of this shell reaches a step. */
function settingsOfNpm(): Record<string, string> {
  const own = Object.entries(process.env).filter(([key]) =>
    /^(npm_config_(registry|cache|userconfig)|HOME)$/i.test(key),
  );
  const clean = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  // The Node of the image's version, which is the one that runs this.
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    PATH: [dirname(process.execPath), ...clean].join(':'),
  };
}

/** @returns whether a path of the repository is part of what Docker gets to see */
export async function contextFilter(): Promise<(path: string) => boolean> {
  const rules = ignore.default().add(await readFile(join(root, '.dockerignore'), 'utf8'));
  return (path) => !rules.ignores(path);
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** All files below a folder by their paths, each with what changes when it is written. */
export async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(path);
    found.set(relative(folder, path), `${size} ${mtimeMs}`);
  }
  return found;
}
