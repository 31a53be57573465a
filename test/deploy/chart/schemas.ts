import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { pythonProgram } from '../../schemathesis/virtual-environment.ts';
import { isRecord, type Manifest } from './helm.ts';

/** The version whose schemas are used; kubernetes-validate has them all. */
export const KUBERNETES = '1.36.0';
const PACKAGE = { name: 'kubernetes-validate', version: '1.37.0', program: 'kubernetes-validate' } as const;

/** Where the definitions of the other kinds are, and of which version. */
const CRDS = [
  ['github.com/prometheus-operator/prometheus-operator@v0.85.0', 'example/prometheus-operator-crd'],
  ['github.com/kedacore/keda/v2@v2.21.0', 'config/crd/bases'],
  ['sigs.k8s.io/gateway-api@v1.6.3', 'config/crd/standard'],
] as const;

const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });

/** @returns what is wrong with an object, one line each @throws for a kind that has no schema */
export type Validate = (manifest: Manifest) => Promise<readonly string[]>;

/** By the strict schemas that are made of the OpenAPI document of Kubernetes: unknown fields are faults. @throws without Python or PyPI */
export async function kubernetesSchemas(): Promise<Validate> {
  const program = await pythonProgram(PACKAGE, console.log);
  const libraries = join(program, '../../lib');
  const [python = ''] = await readdir(libraries);
  const folder = join(
    libraries,
    python,
    'site-packages/kubernetes_validate/kubernetes-json-schema',
    `v${KUBERNETES}-local-strict`,
  );
  ajv.addSchema(await json(join(folder, '_definitions.json')), '_definitions.json');
  const known = new Map<string, ValidateFunction>();
  return async (manifest) => {
    const [group = '', version] = manifest.apiVersion.includes('/')
      ? manifest.apiVersion.split('/')
      : ['', manifest.apiVersion];
    const name = [manifest.kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-');
    const validate = known.get(name) ?? ajv.compile(await json(join(folder, `${name}.json`)));
    known.set(name, validate);
    return faults(validate, manifest);
  };
}

/** By the definitions in the projects' own Go modules. @returns undefined where there is no Go */
export async function customSchemas(): Promise<Validate | undefined> {
  const folders = await definitionFolders();
  if (folders === undefined) return undefined;
  const known = new Map<string, ValidateFunction>();
  return async (manifest) => {
    const key = `${manifest.apiVersion}/${manifest.kind}`;
    const validate = known.get(key) ?? ajv.compile(strict(schemaOf(await definitionOf(manifest, folders), manifest)));
    known.set(key, validate);
    return faults(validate, manifest);
  };
}

/** Whether it is of a kind that Kubernetes knows by a definition only. */
export function isCustom({ apiVersion }: Manifest): boolean {
  return /^(monitoring\.coreos\.com|keda\.sh|gateway\.networking\.k8s\.io)\//.test(apiVersion);
}

/** Where `definitionOf` looks. @returns undefined where there is no Go */
export async function definitionFolders(): Promise<readonly string[] | undefined> {
  const folders = await Promise.all(CRDS.map(async ([module, path]) => join((await moduleFolder(module)) ?? '', path)));
  return folders.some((folder) => !folder.startsWith('/')) ? undefined : folders;
}

async function moduleFolder(module: string): Promise<string | undefined> {
  const go = promisify(execFile)('go', ['mod', 'download', '-json', module], { cwd: '/', timeout: 300_000 });
  const { stdout } = await go.catch((error: NodeJS.ErrnoException & { stdout?: string }) => {
    if (error.code === 'ENOENT') return { stdout: undefined };
    throw new Error(`go mod download ${module}: ${error.stdout ?? error.message}`);
  });
  return stdout === undefined ? undefined : (JSON.parse(stdout) as { Dir: string }).Dir;
}

interface Definition extends Manifest {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: AnySchema } }[];
  };
}

/** The CustomResourceDefinition of an object's kind. @throws when no folder has it */
export async function definitionOf({ apiVersion, kind }: Manifest, folders: readonly string[]): Promise<Definition> {
  const [group] = apiVersion.split('/');
  for (const folder of folders) {
    const files = (await readdir(folder)).filter((file) => file.includes(`_${kind.toLowerCase()}s.`));
    for (const file of files) {
      const documents = parseAllDocuments(await readFile(join(folder, file), 'utf8'));
      const found = documents
        .map((document) => document.toJS() as Definition | null)
        .find((one) => one?.kind === 'CustomResourceDefinition' && one.spec.group === group);
      if (found !== undefined && found !== null) return found;
    }
  }
  throw new Error(`no definition of ${apiVersion} ${kind} in ${folders.join(', ')}`);
}

function schemaOf({ spec, metadata }: Definition, { apiVersion }: Manifest): AnySchema {
  const schema = spec.versions.find(({ name }) => name === apiVersion.split('/')[1])?.schema.openAPIV3Schema;
  if (schema === undefined) throw new Error(`${metadata.name} has no version ${apiVersion}`);
  return schema;
}

/** Kubernetes drops fields that a definition does not have; here they are faults. */
function strict(schema: AnySchema, isTop = true): AnySchema {
  if (!isRecord(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'properties' && isRecord(value)) {
      const properties = Object.entries(value).map(([name, one]) => [name, strict(one as AnySchema, false)]);
      return [key, Object.fromEntries(properties)];
    }
    if (key === 'items' || key === 'additionalProperties') return [key, strict(value as AnySchema, false)];
    // Go's patterns, of which JavaScript has not all.
    if (key === 'pattern') return ['description', value];
    return [key, value];
  });
  const result = Object.fromEntries(entries);
  const isClosed =
    'properties' in result && !('additionalProperties' in result) && !result['x-kubernetes-preserve-unknown-fields'];
  // `metadata` of the object itself is said by no definition.
  if (isTop) result['properties'] = { ...(result['properties'] as object), metadata: {} };
  return isClosed ? { ...result, additionalProperties: false } : result;
}

function faults(validate: ValidateFunction, manifest: Manifest): readonly string[] {
  if (validate(manifest) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

const json = async (file: string): Promise<AnySchema> => JSON.parse(await readFile(file, 'utf8')) as AnySchema;
