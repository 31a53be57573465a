import type { Manifest } from '../deploy/chart/helm.ts';
import type { Api } from './api.ts';

/** A pod that the cluster has, or had. */
export interface SeenPod {
  readonly namespace: string;
  readonly name: string;
  /** `auth`, `migrate`, ...: the label app.kubernetes.io/component. */
  readonly component: string;
}

/**
 * Plays the kubelets: no container runs. A pod of the migration or of `helm test` succeeds or fails as it is told, any
 * other one is ready at once.
 */
export class Kubelet {
  /** Every pod that there ever was, by its uid. */
  readonly seen = new Map<string, SeenPod>();
  /** Whether migrations fail from now on. */
  failsMigrations = false;
  readonly #api: Api;
  readonly #end = new AbortController();
  readonly #watching: Promise<void>;
  #failure: unknown;

  constructor(api: Api) {
    this.#api = api;
    this.#watching = api.watch('/api/v1/pods', this.#end.signal, (type, pod) => {
      if (type === 'ADDED' || type === 'MODIFIED')
        void this.#tend(pod).catch((error: unknown) => (this.#failure ??= error));
    });
    this.#watching.catch((error: unknown) => (this.#failure ??= error));
  }

  of(namespace: string, component?: string): readonly SeenPod[] {
    return [...this.seen.values()].filter(
      (pod) => pod.namespace === namespace && (component === undefined || pod.component === component),
    );
  }

  /** @throws what went wrong while it watched */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#watching.catch(() => undefined);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #tend({ metadata, status }: Manifest): Promise<void> {
    const { uid, deletionTimestamp } = metadata as { uid?: string; deletionTimestamp?: string };
    const { namespace = '', name, labels } = metadata;
    const component = labels?.['app.kubernetes.io/component'] ?? '';
    this.seen.set(uid ?? '', { namespace, name, component });
    if ((status as { phase?: string }).phase !== 'Pending' || deletionTimestamp !== undefined) return;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    const answer = await this.#api.ask(
      'PATCH',
      path,
      { metadata: { uid }, status: this.#statusOf(component) },
      'application/strategic-merge-patch+json',
    );
    // 404 and 409: it is gone, or another one of its name is there.
    if (answer.status >= 300 && ![404, 409].includes(answer.status)) {
      throw new Error(`PATCH ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  #statusOf(component: string): object {
    if (component === 'test') return { phase: 'Succeeded' };
    if (component === 'migrate') return { phase: this.failsMigrations ? 'Failed' : 'Succeeded' };
    return { phase: 'Running', conditions: ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' })) };
  }
}
