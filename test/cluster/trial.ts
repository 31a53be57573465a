import { until } from '../../deploy/local/stack/until.ts';
import type { Manifest } from '../deploy/chart/helm.ts';
import type { Judgement } from './admission.ts';
import type { Api } from './api.ts';
import type { Helm } from './helm.ts';
import type { Kubelet } from './kubelet.ts';

export interface Cluster {
  readonly api: Api;
  readonly helm: Helm;
  readonly kubelet: Kubelet;
  /** ServiceAccounts that values name, and that have to be there before the chart is. */
  readonly accounts: readonly string[];
  readonly say: (line: string) => void;
}

/** What came of one trial: a row of the table. */
export interface Outcome {
  readonly trial: string;
  /** Objects that Helm made and the API server has. */
  readonly objects: number;
  /** Pods that controllers and Helm made in the namespace. */
  readonly pods: number;
  /** Spoiled objects and pods that the API server had to refuse, and refused. */
  readonly refused: number;
  /** Objects, anywhere in the cluster, that were not there before. */
  readonly left: number;
  readonly problems: readonly string[];
}

/** Of the Pod Security standard: what breaks it is refused, and told of in warnings. */
const RESTRICTED = Object.fromEntries(
  ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
);
/** What the cluster writes by itself whatever happens: it is nobody's, and goes by itself. */
const OF_THE_CLUSTER = /^(events|events\.events\.k8s\.io|leases\.coordination\.k8s\.io) /;
const LONGEST_SECONDS = 60;

/** A namespace for one release of the chart, and what is found wrong in it. */
export class Trial {
  readonly name: string;
  readonly namespace: string;
  readonly problems: string[] = [];
  readonly #cluster: Cluster;
  #objects = 0;
  #refused = 0;
  #before: ReadonlySet<string> = new Set();
  #left: readonly string[] = [];

  private constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
    this.namespace = `polar-${name}`;
  }

  static async open(cluster: Cluster, name: string): Promise<Trial> {
    const trial = new Trial(cluster, name);
    const { api, accounts } = cluster;
    const { namespace } = trial;
    const metadata = { name: namespace, labels: RESTRICTED };
    await api.do('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
    for (const account of accounts) {
      const one = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } };
      await api.do('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, one);
    }
    // What controllers put into every new namespace.
    for (const path of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt']) {
      await until(`${path} in ${namespace}`, LONGEST_SECONDS, () => api.get(`/api/v1/namespaces/${namespace}/${path}`));
    }
    trial.#before = await api.inventory();
    return trial;
  }

  judge({ refused, problems }: Judgement): void {
    this.#refused += refused;
    this.problems.push(...problems);
  }

  expect(holds: boolean, problem: string): void {
    if (!holds) this.problems.push(problem);
  }

  /** @returns whether it is refused with these words */
  async expectRefusal(what: string, words: RegExp, act: () => Promise<void>): Promise<void> {
    const said = await act().then(
      () => undefined,
      (error: unknown) => String(error),
    );
    this.expect(said !== undefined, `${what}: it is accepted`);
    this.expect(said === undefined || words.test(said), `${what}: not refused as it should be: ${said ?? ''}`);
  }

  async expectObjects(manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      if (await this.#has(manifest)) this.#objects += 1;
      else this.problems.push(`${manifest.kind} ${manifest.metadata.name} was not made`);
    }
    const failed = (await this.#cluster.api.list(`/api/v1/namespaces/${this.namespace}/events`)).filter(
      ({ reason }) => reason === 'FailedCreate',
    );
    this.problems.push(...failed.map(({ message }) => `a controller could not make a pod: ${String(message)}`));
  }

  async expectNone(manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      this.expect(!(await this.#has(manifest)), `${manifest.kind} ${manifest.metadata.name} is still there`);
    }
  }

  async #has({ apiVersion, kind, metadata }: Manifest): Promise<boolean> {
    const { api } = this.#cluster;
    const path = await api.pathOf(apiVersion, kind, this.namespace);
    return path !== undefined && (await api.ask('GET', `${path}/${metadata.name}`)).status === 200;
  }

  /** Waits until nothing is left in the cluster that was not there before, but what is expected. */
  async expectLeft(...expected: readonly RegExp[]): Promise<void> {
    let left: readonly string[] = [];
    const isAsExpected = (): boolean =>
      left.every((one) => expected.some((words) => words.test(one))) &&
      expected.every((words) => left.some((one) => words.test(one)));
    await until('what is left', LONGEST_SECONDS, async () => {
      const now = await this.#cluster.api.inventory();
      left = [...now].filter((one) => !this.#before.has(one) && !OF_THE_CLUSTER.test(one));
      return isAsExpected();
    }).catch(() => undefined);
    if (!isAsExpected()) this.problems.push(`left over: ${left.join(', ') || 'nothing'}`);
    this.#left = left;
  }

  outcome(): Outcome {
    const pods = this.#cluster.kubelet.of(this.namespace).length;
    const { name: trial, problems } = this;
    return { trial, objects: this.#objects, pods, refused: this.#refused, left: this.#left.length, problems };
  }
}
