import { until } from '../../deploy/local/stack/until.ts';
import type { Manifest } from '../deploy/chart/helm.ts';
import type { Api } from './api.ts';

interface Deployment extends Manifest {
  readonly spec: { readonly template: object };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** For each Deployment its pod template, and how often that has changed (`deployment.kubernetes.io/revision`). */
export type Rollout = ReadonlyMap<string, { readonly template: string; readonly revision: number }>;

/** Waits until no Deployment of the namespace has pods of another template than its own. */
export async function rolloutOf(api: Api, namespace: string): Promise<Rollout> {
  const deployments = await until(`the pods in ${namespace}`, 60, async () => {
    const all = (await api.list(`/apis/apps/v1/namespaces/${namespace}/deployments`)) as readonly Deployment[];
    return all.every(isSettled) && all;
  });
  return new Map(
    deployments.map(({ metadata, spec }) => [
      metadata.name,
      {
        template: JSON.stringify(spec.template),
        revision: Number(metadata.annotations?.['deployment.kubernetes.io/revision']),
      },
    ]),
  );
}

function isSettled({ metadata, status }: Deployment): boolean {
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status;
  const { generation } = metadata as { generation?: number };
  return observedGeneration === generation && replicas === updatedReplicas && replicas === availableReplicas;
}

/** The Deployments whose pods were exchanged between the two. */
export function rolled(before: Rollout, after: Rollout): readonly string[] {
  return [...after].filter(([name, { revision }]) => before.get(name)?.revision !== revision).map(([name]) => name);
}

/** The Deployments whose pods are not as they were. */
export function changed(before: Rollout, after: Rollout): readonly string[] {
  return [...after].filter(([name, { template }]) => before.get(name)?.template !== template).map(([name]) => name);
}
