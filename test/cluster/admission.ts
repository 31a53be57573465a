import type { Manifest } from '../deploy/chart/helm.ts';
import { type Api, messageOf } from './api.ts';
import { differences } from './differences.ts';

/** What the API server says of objects that are not made. */
export interface Judgement {
  /** How many it was asked to refuse, and refused. */
  readonly refused: number;
  /** What should not be so, one line each. */
  readonly problems: readonly string[];
}

const DRY_RUN = '?dryRun=All&fieldValidation=Strict';

/**
 * Shows the API server each object, and each again with a field that does not exist. It has to take the one without a
 * warning and with nothing dropped or changed, and to refuse the other.
 */
export async function judgeObjects(api: Api, namespace: string, manifests: readonly Manifest[]): Promise<Judgement> {
  const problems: string[] = [];
  let refused = 0;
  for (const manifest of manifests) {
    const name = `${manifest.kind} ${manifest.metadata.name}`;
    const path = await api.pathOf(manifest.apiVersion, manifest.kind, namespace);
    if (path === undefined) {
      problems.push(`${name}: the cluster has no ${manifest.apiVersion} ${manifest.kind}`);
      continue;
    }
    const answer = await api.ask('POST', `${path}${DRY_RUN}`, manifest);
    if (answer.status === 201) problems.push(...differences(manifest, answer.body, name));
    else problems.push(`${name}: ${answer.status} ${messageOf(answer)}`);
    problems.push(...answer.warnings.map((warning) => `${name}: warning: ${warning}`));
    const spoiled = await api.ask('POST', `${path}${DRY_RUN}`, { ...manifest, replicaz: 3 });
    if (spoiled.status === 400 && messageOf(spoiled).includes('unknown field "replicaz"')) refused += 1;
    else problems.push(`${name}: a field that does not exist: ${spoiled.status} ${messageOf(spoiled)}`);
  }
  return { refused, problems };
}

type Spoil = (pod: PodSpec, container: Record<string, unknown>) => void;

interface PodSpec extends Record<string, unknown> {
  securityContext: Record<string, unknown>;
  containers: Record<string, unknown>[];
  volumes: unknown[];
}

const context = (container: Record<string, unknown>): Record<string, unknown> =>
  container['securityContext'] as Record<string, unknown>;

/** What the restricted standard forbids, each done to a pod of the chart. */
const FORBIDDEN: Readonly<Record<string, Spoil>> = {
  'runs as root': (pod, container) => {
    pod.securityContext['runAsNonRoot'] = false;
    pod.securityContext['runAsUser'] = 0;
    context(container)['runAsNonRoot'] = false;
  },
  'may run as root': (pod, container) => {
    delete pod.securityContext['runAsNonRoot'];
    delete context(container)['runAsNonRoot'];
  },
  'may gain privileges': (_pod, container) => {
    context(container)['allowPrivilegeEscalation'] = true;
  },
  'keeps capabilities': (_pod, container) => {
    context(container)['capabilities'] = {};
  },
  'has no seccomp profile': (pod) => {
    delete pod.securityContext['seccompProfile'];
  },
  'mounts a folder of the host': (pod) => {
    pod.volumes.push({ name: 'host', hostPath: { path: '/' } });
  },
  'shares the network of the host': (pod) => {
    pod['hostNetwork'] = true;
  },
};

/**
 * Makes pods of the template of an object as its controller would, without and with each fault. The first one has to be
 * taken, all others refused by the Pod Security standard: else the namespace would prove nothing.
 */
export async function judgePods(api: Api, namespace: string, owner: Manifest): Promise<Judgement> {
  const { template } = owner['spec'] as { template: { metadata: object; spec: PodSpec } };
  const post = (spec: PodSpec): ReturnType<Api['ask']> =>
    api.ask('POST', `/api/v1/namespaces/${namespace}/pods${DRY_RUN}`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name: 'judged', namespace },
      spec,
    });
  const problems: string[] = [];
  let refused = 0;
  const name = `the pod of ${owner.kind} ${owner.metadata.name}`;
  const answer = await post(template.spec);
  if (answer.status !== 201) problems.push(`${name}: ${answer.status} ${messageOf(answer)}`);
  problems.push(...answer.warnings.map((warning) => `${name}: warning: ${warning}`));
  for (const [fault, spoil] of Object.entries(FORBIDDEN)) {
    const spec = structuredClone(template.spec);
    for (const container of spec.containers) spoil(spec, container);
    const spoiled = await post(spec);
    if (spoiled.status === 403 && messageOf(spoiled).includes('violates PodSecurity "restricted:')) refused += 1;
    else problems.push(`${name}, where it ${fault}: ${spoiled.status} ${messageOf(spoiled)}`);
  }
  return { refused, problems };
}
