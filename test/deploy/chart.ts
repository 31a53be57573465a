/**
 * Checks the Helm chart: renders and lints a matrix of values, holds every object against the schemas of Kubernetes and of
 * the CRDs and against policies, and lets the programs' own settings judge the environments.
 *
 *   node test/deploy/chart.ts [--write]    # --write: the table of values in the chart's README, and the copy of the alerts
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnv, loadTenants } from '#config';
import { resources } from '#resources';
import { root } from './build-file.ts';
import { matrix, refused } from './chart/cases.ts';
import { chart, HOOK, type Manifest, type Rendered, renderAll } from './chart/helm.ts';
import { type Pod, podsOf, policyFaults } from './chart/policies.ts';
import { readmeOf } from './chart/readme.ts';
import { customSchemas, isCustom, KUBERNETES, kubernetesSchemas } from './chart/schemas.ts';
import { programs, settingFaults } from './chart/settings.ts';
import { refusal, report } from './report.ts';

const problems: string[] = [];
let checks = 0;

function expect(holds: boolean, problem: string): void {
  checks += 1;
  if (!holds) problems.push(problem);
}

const readme = await readmeOf();
const isWriting = process.argv.includes('--write');
if (isWriting) {
  await writeFile(readme.path, readme.wanted);
} else {
  expect(readme.now === readme.wanted, 'README.md differs from values.yaml: run `node test/deploy/chart.ts --write`');
}
await checkAlerts();
await checkVersions();

const cases = new Map([...matrix, ...[...refused].map(([name, [values]]) => [name, values] as const)]);
const rendered = await renderAll(cases, matrix);
const validators = { kubernetes: await kubernetesSchemas(), custom: await customSchemas() };
if (validators.custom === undefined) {
  console.log('chart: ServiceMonitor, PrometheusRule, ScaledObject and HTTPRoute were not checked: no Go on the PATH');
}
for (const name of matrix.keys()) await checkAccepted(name, rendered.get(name));
for (const [name, [, words]] of refused) {
  const said = rendered.get(name)?.refusal;
  expect(said !== undefined, `${name}: it is accepted`);
  expect(said === undefined || words.test(said), `${name}: the message is not clear: ${said ?? ''}`);
}
checkReach(rendered.get('defaults')?.manifests ?? []);
checkTraces(rendered.get('everything')?.manifests ?? []);
checkRelay(rendered.get('everything')?.manifests ?? []);
checkHooks(rendered.get('defaults')?.manifests ?? []);
await checkSchemas(rendered.get('everything')?.manifests ?? []);
checkPolicies(rendered.get('defaults')?.manifests ?? []);
const unsettable = await settingFaults(
  [...matrix.keys()].flatMap((name) => podsOf(rendered.get(name)?.manifests ?? [])),
);
expect(unsettable.length === 0, `values.schema.json: ${unsettable.join('; ')}`);
report(`chart (Kubernetes ${KUBERNETES})`, checks, problems);

async function checkAccepted(name: string, result: Rendered | undefined): Promise<void> {
  expect(result?.refusal === undefined, `${name}: ${result?.refusal ?? ''}`);
  expect(result?.lint === '', `${name}: helm lint: ${result?.lint ?? ''}`);
  const manifests = result?.manifests ?? [];
  expect(manifests.length > 6, `${name}: ${manifests.length} objects only`);
  for (const manifest of manifests) {
    const validate = isCustom(manifest) ? validators.custom : validators.kubernetes;
    const faults = (await validate?.(manifest)) ?? [];
    expect(faults.length === 0, `${name}: ${manifest.kind} ${manifest.metadata.name}: ${faults.join('; ')}`);
  }
  const faults = policyFaults(manifests);
  checks += manifests.length;
  problems.push(...faults.map((fault) => `${name}: ${fault}`));
  for (const pod of podsOf(manifests)) checkSettings(name, pod);
  await checkTenants(name, manifests);
}

/** The program's own settings judge what a pod gets; secrets are stand-ins, in their places. */
function checkSettings(name: string, { owner, spec }: Pod): void {
  const [container] = spec.containers;
  const type = programs[container?.name ?? ''];
  if (type === undefined || container === undefined) return;
  const env = Object.fromEntries(
    (container.env ?? [])
      .filter(({ name: variable }) => !variable.startsWith('KAFKA_SSL'))
      .map(({ name: variable, value = 'from-a-secret' }): [string, string] =>
        variable.endsWith('_FILE') && variable !== 'TENANTS_FILE'
          ? [variable.slice(0, -5), standIn(variable.slice(0, -5))]
          : [variable, value],
      ),
  );
  const fault = refusal(() => loadEnv(type, env));
  expect(fault === undefined, `${name}: ${owner}: ${fault ?? ''}`);
  const known = new Set(Object.keys(loadOr(type, env)));
  const { settings = {} } = (matrix.get(name)?.[container.name] ?? {}) as { settings?: Record<string, unknown> };
  const bent = Object.entries(settings).filter(([variable, value]) => env[variable] !== String(value));
  expect(bent.length === 0, `${name}: ${owner}: settings came out otherwise: ${bent.map(String).join('; ')}`);
  const strangers = Object.keys(env).filter((variable) => !known.has(variable));
  expect(strangers.length === 0, `${name}: ${owner} knows no ${strangers.join(', ')}`);
}

function loadOr(type: new () => object, env: Readonly<Record<string, string>>): object {
  try {
    return loadEnv(type, env);
  } catch {
    return env;
  }
}

function standIn(secret: string): string {
  if (secret === 'DATABASE_URL') return 'postgres://user@host/database';
  if (secret === 'REDIS_URL') return 'redis://host';
  if (secret === 'ENCRYPTION_KEYS') return `k1:${Buffer.alloc(32, 1).toString('base64')}`;
  if (secret === 'OTEL_EXPORTER_OTLP_HEADERS') return 'x-key=stand-in';
  return 'stand-in';
}

async function checkTenants(name: string, manifests: readonly Manifest[]): Promise<void> {
  const map = manifests.find(({ kind }) => kind === 'ConfigMap');
  if (map === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), 'chart-tenants-'));
  const file = join(folder, 'tenants.yaml');
  await writeFile(file, (map['data'] as Record<string, string>)['tenants.yaml'] ?? '');
  const unusable = refusal(() => loadTenants(file, { knownResources: resources.map(({ name: one }) => one) }));
  expect(unusable === undefined, `${name}: tenants.yaml: ${unusable ?? ''}`);
  await rm(folder, { recursive: true });
}

/** Who may reach what: the sentences of the README. */
function checkReach(manifests: readonly Manifest[]): void {
  const rules = rulesIn(manifests);
  const reaches = ['auth', 'poller', 'publisher', 'migrate', 'test'].filter((app) =>
    rules(app, 'egress').includes('"port":443'),
  );
  expect(reaches.join() === 'auth,poller', `Polar can be reached by ${reaches.join(', ')}`);
  const toAuth = JSON.parse(rules('auth', 'ingress')) as { ports: { port: string }[]; from: object[] }[];
  const reach = (port: string) => toAuth.filter(({ ports }) => ports[0]?.port === port).flatMap(({ from }) => from);
  const isPoller = (peer: object): boolean => JSON.stringify(peer).includes('"app.kubernetes.io/component":"poller"');
  expect(
    reach('internal').length === 1 && reach('internal').every(isPoller),
    'not the poller alone gets access tokens',
  );
  expect(!reach('http').some(isPoller), 'the poller reaches what athletes and operators do');
  expect(!rules('auth', 'ingress').includes('publisher'), 'the publisher reaches auth');
  const redis = ['auth', 'poller', 'publisher', 'migrate'].filter((app) => rules(app, 'egress').includes('6379'));
  expect(redis.join() === 'auth,poller', `Redis can be reached by ${redis.join(', ')}`);
}

/** Only the poller of `everything` has a setting that sends traces. */
function checkTraces(manifests: readonly Manifest[]): void {
  const rules = rulesIn(manifests);
  const senders = ['auth', 'poller', 'publisher'].filter((app) => rules(app, 'egress').includes('"port":4318'));
  expect(senders.join() === 'poller', `traces can be sent by ${senders.join(', ')}`);
  const keyed = podsOf(manifests).filter(({ spec }) => JSON.stringify(spec).includes('/OTEL_EXPORTER_OTLP_HEADERS'));
  const owners = keyed.map(({ owner }) => owner.replace(/.*-/, ''));
  expect(owners.join() === 'poller', `the key to the receiver of traces has ${owners.join(', ')}`);
}

/** Debezium relays in `everything`: whoever does not know that misses publishers. */
function checkRelay(manifests: readonly Manifest[]): void {
  const told = podsOf(manifests).flatMap(({ owner, spec }) => {
    const env = spec.containers.flatMap((container) => container.env ?? []);
    return env.some(({ name, value }) => name === 'RELAY' && value === 'debezium') ? [owner.replace(/.*-/, '')] : [];
  });
  expect(told.toSorted().join() === 'poller,publisher', `RELAY is told to ${told.join(', ')}`);
}

function rulesIn(manifests: readonly Manifest[]): (app: string, way: 'ingress' | 'egress') => string {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  return (app, way) => {
    const policy = policies.find(({ metadata }) => metadata.name.endsWith(`-${app}`));
    return JSON.stringify((policy?.['spec'] as Record<string, unknown> | undefined)?.[way]);
  };
}

/** Each schema has to see a field that is not there in Kubernetes. */
async function checkSchemas(manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const validate = isCustom(manifest) ? validators.custom : validators.kubernetes;
    if (validate === undefined) continue;
    const part = manifest['spec'] === undefined ? {} : { spec: { ...(manifest['spec'] as object), replicaz: 3 } };
    const faults = await validate({ ...manifest, ...part, ...(part.spec === undefined && { replicaz: 3 }) });
    expect(faults.length > 0, `the schema of ${manifest.kind} takes a field that does not exist`);
  }
}

function checkHooks(manifests: readonly Manifest[]): void {
  const hooks = new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.annotations?.[HOOK] ?? ''}`));
  expect(hooks.has('Job pre-install,pre-upgrade'), 'the migration is no hook before install and upgrade');
  expect(hooks.has('Pod test'), 'there is no `helm test`');
}

/** Policies that find nothing could be deaf: what each of them is for is planted, and has to be found. */
function checkPolicies(manifests: readonly Manifest[]): void {
  const text = JSON.stringify(manifests);
  const planted: readonly (readonly [string | RegExp, string])[] = [
    ['"runAsNonRoot":true', '"runAsNonRoot":false'],
    ['"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false'],
    ['"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true'],
    ['"privileged":false', '"privileged":true'],
    ['"RuntimeDefault"', '"Unconfined"'],
    ['"drop":["ALL"]', '"drop":[]'],
    [/(accesslink-bridge:)\d+\.\d+\.\d+/, '$1latest'],
    ['"limits":', '"bounds":'],
    ['"automountServiceAccountToken":false,"enable', '"automountServiceAccountToken":true,"enable'],
    ['"maxUnavailable":0', '"maxUnavailable":1'],
    [/"matchLabels":\{"app.kubernetes.io\/name":"/, '$&not-'],
    ['"env":[', '"env":[{"name":"ADMIN_TOKEN","value":"x"},'],
    ['"emptyDir":', '"hostPath":'],
    ['"app.kubernetes.io/managed-by":"Helm"', '"other":"label"'],
    ['"kind":"ServiceAccount"', '"kind":"Secret"'],
  ];
  for (const [good, bad] of planted) {
    const spoiled = text.replace(good, bad);
    expect(spoiled !== text, `nothing to spoil: ${String(good)}`);
    expect(policyFaults(JSON.parse(spoiled) as Manifest[]).length > 0, `no policy finds ${bad}`);
  }
}

/** The chart has a copy, because a chart can read no file outside of it. */
async function checkAlerts(): Promise<void> {
  const folder = join(root, 'deploy/observability/alerts');
  if (!existsSync(folder)) return;
  const sources = (await readdir(folder)).filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'));
  const text = await Promise.all(sources.map((file) => readFile(join(folder, file), 'utf8')));
  const copy = await readFile(join(chart, 'files/alerts.yaml'), 'utf8');
  if (isWriting) return void (await writeFile(join(chart, 'files/alerts.yaml'), text.join('')));
  expect(
    text.length === 1 && text[0] === copy,
    `files/alerts.yaml is no copy of ${sources.join(', ')} in ${folder}: run \`node test/deploy/chart.ts --write\``,
  );
}

async function checkVersions(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const file = await readFile(join(chart, 'Chart.yaml'), 'utf8');
  expect(file.includes(`\nversion: ${version}\nappVersion: ${version}\n`), `Chart.yaml is not of version ${version}`);
}
