import { isRecord, type Manifest } from './helm.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: {
    readonly limits?: Readonly<Record<string, unknown>>;
    readonly requests?: Readonly<Record<string, unknown>>;
  };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

interface PodSpec extends Readonly<Record<string, unknown>> {
  readonly containers: readonly Container[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

export interface Pod {
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

const LABELS = ['name', 'instance', 'component', 'version', 'managed-by'].map((one) => `app.kubernetes.io/${one}`);
/** What only a file may bring. */
const SECRET =
  /^(DATABASE_URL|REDIS_URL|ENCRYPTION_KEYS|OTEL_EXPORTER_OTLP_HEADERS|.*_(TOKEN|PASSWORD|SSL_CA|SSL_CERT|SSL_KEY))$/;
const VOLUMES = new Set(['secret', 'configMap', 'emptyDir', 'name']);

/** The pods that come of objects. */
export function podsOf(manifests: readonly Manifest[]): readonly Pod[] {
  return manifests.flatMap((manifest) => {
    const owner = `${manifest.kind} ${manifest.metadata.name}`;
    if (manifest.kind === 'Pod') {
      return [{ owner, labels: manifest.metadata.labels ?? {}, spec: manifest['spec'] as PodSpec }];
    }
    const template = (manifest['spec'] as { template?: Manifest } | undefined)?.template;
    if (template === undefined) return [];
    return [{ owner, labels: template.metadata.labels ?? {}, spec: template['spec'] as PodSpec }];
  });
}

/** @returns what in these objects must not be, one line each */
export function policyFaults(manifests: readonly Manifest[]): readonly string[] {
  const pods = podsOf(manifests);
  return [
    ...manifests.flatMap(objectFaults),
    ...pods.flatMap(podFaults),
    ...manifests.flatMap((manifest) => selectorFaults(manifest, pods)),
    ...twins(manifests),
  ];
}

function objectFaults({ kind, metadata, ...rest }: Manifest): readonly string[] {
  const name = `${kind} ${metadata.name}`;
  const missing = LABELS.filter((label) => metadata.labels?.[label] === undefined);
  return collect([
    [kind === 'Secret', `${name}: the chart makes no Secret`],
    [['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].includes(kind), `${name}: it needs no rights`],
    [missing.length > 0, `${name} lacks ${missing.join(', ')}`],
    [metadata.namespace !== 'polar', `${name} is not in the release's namespace`],
    [metadata.name.length > 63, `${name}: the name is longer than 63 characters`],
    [/postgres(ql)?:\/\/|BEGIN [A-Z ]*KEY|redis:\/\//.test(JSON.stringify(rest)), `${name} has a secret`],
    [kind === 'Deployment' && strategyOf(rest) !== 0, `${name} may have fewer pods than it should while it is updated`],
  ]);
}

const strategyOf = ({ spec }: Readonly<Record<string, unknown>>): unknown =>
  (spec as { strategy?: { rollingUpdate?: { maxUnavailable?: unknown } } }).strategy?.rollingUpdate?.maxUnavailable;

function podFaults({ owner, spec }: Pod): readonly string[] {
  const context = spec.securityContext ?? {};
  const volumes = (spec.volumes ?? []).flatMap((volume) => Object.keys(volume).filter((key) => !VOLUMES.has(key)));
  return [
    ...collect([
      [context['runAsNonRoot'] !== true || !(Number(context['runAsUser']) > 0), `${owner} may run as root`],
      [!isDeepRuntimeDefault(context['seccompProfile']), `${owner} has no seccomp profile`],
      [spec['automountServiceAccountToken'] !== false, `${owner} gets a token of the API server`],
      [['hostNetwork', 'hostPID', 'hostIPC'].some((key) => spec[key] !== undefined), `${owner} shares with its host`],
      [volumes.length > 0, `${owner} mounts ${volumes.join(', ')}`],
    ]),
    ...spec.containers.flatMap((container) => containerFaults(owner, container)),
  ];
}

const isDeepRuntimeDefault = (profile: unknown): boolean => isRecord(profile) && profile['type'] === 'RuntimeDefault';

function containerFaults(owner: string, { image, securityContext: context = {}, resources, env }: Container): string[] {
  const drop = (context['capabilities'] as { drop?: readonly string[] } | undefined)?.drop ?? [];
  const sizes = [resources?.limits, resources?.requests].flatMap((one) => [one?.['cpu'], one?.['memory']]);
  const open = (env ?? []).filter(({ name, value }) => SECRET.test(name) && value !== undefined);
  return collect([
    [!/:\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$/.test(image), `${owner}: ${image} has no full version`],
    [context['allowPrivilegeEscalation'] !== false, `${owner} may gain privileges`],
    [context['privileged'] === true, `${owner} is privileged`],
    [context['readOnlyRootFilesystem'] !== true, `${owner} may write to its root file system`],
    [!drop.includes('ALL'), `${owner} keeps capabilities`],
    [sizes.includes(undefined), `${owner} has no limits or requests`],
    [open.length > 0, `${owner} has ${open.map(({ name }) => name).join(', ')} in its environment`],
  ]);
}

/** Whether each selector finds pods of this release: one kind of them. */
function selectorFaults({ kind, metadata, spec }: Manifest, pods: readonly Pod[]): readonly string[] {
  const found = selectorOf(kind, spec as Readonly<Record<string, unknown>> | undefined);
  if (found === undefined) return [];
  const hits = pods.filter(({ labels }) => Object.entries(found).every(([key, value]) => labels[key] === value));
  // The policy for the migration's pod stays when somebody else migrates.
  if (kind === 'NetworkPolicy' && metadata.name.endsWith('-migrate')) return [];
  return hits.length === 1 ? [] : [`${kind} ${metadata.name} selects ${hits.length} kinds of pods instead of one`];
}

function selectorOf(kind: string, spec: Readonly<Record<string, unknown>> = {}): Record<string, string> | undefined {
  const labels = (selector: unknown): Record<string, string> =>
    (selector as { matchLabels: Record<string, string> }).matchLabels;
  if (kind === 'Service') return spec['selector'] as Record<string, string>;
  if (kind === 'NetworkPolicy') return labels(spec['podSelector']);
  if (['Deployment', 'PodDisruptionBudget'].includes(kind)) return labels(spec['selector']);
  return undefined;
}

function twins(manifests: readonly Manifest[]): readonly string[] {
  const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`);
}

const collect = (rules: readonly (readonly [boolean, string])[]): string[] =>
  rules.filter(([isBroken]) => isBroken).map(([, text]) => text);
