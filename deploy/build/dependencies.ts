/**
 * node deploy/build/dependencies.ts
 *
 * Bundles the packages that the built programs import, each under its own name, into dist/node_modules, where Node looks
 * before it looks into node_modules. Without it an app loads 2 500 files of packages, and spends most of its start on
 * finding, reading and linking them (docs/adr/0032). The programs' own files stay as the compiler wrote them. Does nothing
 * where the packages and what is imported of them are the same as at the last time.
 */
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';
import type { Plugin } from 'rolldown';

/** The publisher reaches into its files. */
const unbundled = 'kafkajs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const target = join(dist, 'node_modules');
const stamp = '.stamp';

const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
const { packages: locked } = JSON.parse(lock) as {
  packages: Record<string, { dev?: true; optional?: true; devOptional?: true }>;
};

const specifiers = await importedPackages();
const state = await stateOf(specifiers);
if ((await readFile(join(target, stamp), 'utf8').catch(() => '')) !== state) {
  // Who runs what is there now has it until the end.
  const folder = join(root, 'node_modules', `.bundles-${process.pid}`);
  try {
    await bundle(specifiers, folder);
    await writeFile(join(folder, stamp), state);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the built files import of packages: `kysely`, `@opentelemetry/api`, `pg/lib/x.js`. */
async function importedPackages(): Promise<readonly string[]> {
  await init();
  const files = globSync('{apps,libs,config}/**/*.js', { cwd: dist });
  const texts = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')));
  const names = texts.flatMap((text) => parse(text)[0].flatMap(({ specifier }) => specifier ?? []));
  const isPackage = (name: string): boolean => !/^[./#]/.test(name) && !isBuiltin(name);
  return [...new Set(names)].filter((name) => isPackage(name) && packageOf(name) !== unbundled).toSorted();
}

async function stateOf(imported: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
    .update(imported.join())
    .update(lock)
    .update(await readFile(import.meta.filename));
  return hash.digest('hex');
}

async function bundle(imported: readonly string[], folder: string): Promise<void> {
  const { build } = await import('rolldown');
  const sources = join(folder, '.sources');
  await mkdir(sources, { recursive: true });
  const input: Record<string, string> = {};
  for (const specifier of imported) {
    const source = join(sources, `${specifier.replaceAll('/', '+')}.js`);
    await writeFile(source, await reExport(specifier));
    input[fileOf(specifier)] = source;
  }
  await build({
    input,
    cwd: root,
    platform: 'node',
    logLevel: 'warn',
    // What is not used here is not much, and decorators work by what a file does when it is loaded.
    treeshake: false,
    plugins: [leaveOut()],
    output: {
      dir: folder,
      format: 'esm',
      strictExecutionOrder: true,
      // Nest and others go by the names of classes.
      keepNames: true,
      comments: { legal: false },
      chunkFileNames: '.shared/[name]-[hash].js',
    },
  });
  await rm(sources, { recursive: true });
  const type = 'module';
  await writeFile(join(folder, '.shared/package.json'), JSON.stringify({ type }));
  for (const [name, all] of Map.groupBy(imported, packageOf)) {
    const { version } = JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string;
    };
    const exports = Object.fromEntries(
      all.map((specifier) => [`.${specifier.slice(name.length)}`, `.${fileOf(specifier).slice(name.length)}.js`]),
    );
    await writeFile(join(folder, name, 'package.json'), JSON.stringify({ name, version, type, exports }));
  }
}

/** A module with what Node gives to who imports it: of a CommonJS package its whole, and the names that Node found. */
async function reExport(specifier: string): Promise<string> {
  const from = JSON.stringify(specifier);
  const whole = await import(specifier).catch((error: unknown) => {
    const what = `dist imports ${specifier}, which cannot be loaded: if no source does, npm run clean, and build again`;
    throw new Error(what, { cause: error });
  });
  const names = Object.keys(whole as object);
  const hasDefault = names.includes('default');
  if (!names.includes('module.exports'))
    return `export * from ${from};\n${hasDefault ? `export { default } from ${from};\n` : ''}`;
  const named = names.filter((name) => name !== 'default' && name !== 'module.exports');
  return [
    `import whole from ${from};`,
    'export default whole;',
    ...named.map(
      (name, index) => `const v${index} = whole[${JSON.stringify(name)}];\nexport { v${index} as ${name} };`,
    ),
    '',
  ].join('\n');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Below dist/node_modules, without its ending. */
function fileOf(specifier: string): string {
  return specifier === packageOf(specifier) ? `${specifier}/index` : specifier.replace(/\.js$/, '');
}

/** The image has neither development nor optional packages: who looks for one has to do without it there, and so here. */
function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    async resolveId(source, importer, options) {
      if (/^[./#]/.test(source) || isBuiltin(source)) return undefined;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const folder = found === null ? undefined : /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(found.id)?.[0];
      const { dev, optional, devOptional } = locked[relative(root, folder ?? root)] ?? {};
      return folder === undefined || dev || optional || devOptional ? { id: source, external: true } : found;
    },
  };
}
