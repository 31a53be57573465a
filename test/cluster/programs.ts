import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goProgram, hasGo } from '../deploy/go-program.ts';

/** Paths of programs, and their versions as `v1.2.3`. */
export interface Programs {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly helm: string;
  readonly versions: { readonly kubernetes: string; readonly helm: string };
}

const modules = join(import.meta.dirname, 'programs');

/**
 * A Kubernetes control plane and Helm, built by Go where the user's cache does not have them.
 * @throws without Go, or when it cannot build them
 */
export async function programs(progress: (line: string) => void): Promise<Programs> {
  if (!(await hasGo())) throw new Error('no Go on the PATH: it builds Kubernetes and Helm, once (1.26 or later)');
  const versions = {
    kubernetes: await pinned('kubernetes', 'k8s.io/kubernetes'),
    helm: await pinned('helm', 'helm.sh/helm/v3'),
  };
  const build = (name: string, module: string, path: string, flags: readonly string[] = []): Promise<string> =>
    goProgram({ name, module: join(modules, module), package: path, flags }, progress);
  // Without these it calls itself v0.0.0, and Helm holds a chart's kubeVersion against that.
  const [major, minor] = versions.kubernetes.slice(1).split('.');
  const said = { gitVersion: versions.kubernetes, gitMajor: major, gitMinor: minor };
  const stamps = Object.entries(said).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${String(value)}`);
  const flags = ['-ldflags', `-s -w ${stamps.join(' ')}`];
  // One after the other: each of them keeps all cores busy.
  return {
    versions,
    etcd: await build('etcd', 'kubernetes', 'go.etcd.io/etcd/server/v3'),
    apiServer: await build('kube-apiserver', 'kubernetes', 'k8s.io/kubernetes/cmd/kube-apiserver', flags),
    controllerManager: await build(
      'kube-controller-manager',
      'kubernetes',
      'k8s.io/kubernetes/cmd/kube-controller-manager',
      flags,
    ),
    helm: await build('helm', 'helm', 'helm.sh/helm/v3/cmd/helm'),
  };
}

async function pinned(module: string, path: string): Promise<string> {
  const file = join(modules, module, 'go.mod');
  const version = new RegExp(`^(?:require |\\t)${path} (v\\S+)`, 'm').exec(await readFile(file, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${file} requires no ${path}`);
  return version;
}
