import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
}

/** What we read of a CycloneDX document. */
export interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * npm's CycloneDX document of what the image has of package-lock.json: neither development nor optional packages.
 *
 * `npm sbom --omit=dev` would leave out what a production and a development package both need, such as pg. So npm lists
 * everything, and the lockfile's own marks say what stays.
 * @throws when npm fails, or when its document lacks a package of the image
 */
export async function productionSbom(): Promise<Sbom> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'],
    { cwd: root, maxBuffer: 64 * 2 ** 20 },
  );
  const all = JSON.parse(stdout) as Sbom;
  const wanted = new Set(await productionPackages());
  const components = all.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
  const found = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const missing = [...wanted].filter((one) => !found.has(one));
  if (missing.length > 0) throw new Error(`npm's SBOM lacks ${missing.join(', ')}: package-lock.json has them`);
  const refs = new Set([all.metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]);
  return {
    ...all,
    // npm takes the folder's name.
    metadata: { ...all.metadata, component: { ...all.metadata.component, name: 'accesslink-bridge' } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((one) => ({ ...one, dependsOn: (one.dependsOn ?? []).filter((ref) => refs.has(ref)) })),
  };
}

/** What `npm ci --omit=dev --omit=optional` installs, as `name@version`. */
export async function productionPackages(): Promise<readonly string[]> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1) ?? ''}@${version}`);
}

interface LockedPackage {
  readonly version: string;
  /** Where it is not that of its folder. */
  readonly name?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  /** Needed by a development package, and an option of another one. */
  readonly devOptional?: boolean;
}
