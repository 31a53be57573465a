import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isFree } from '../../deploy/local/services/port.ts';
import { type Command, launch, type Running, untilReady } from '../../deploy/local/services/process.ts';
import { openSandbox, type Sandbox } from '../../deploy/local/services/sandbox.ts';
import { type LocalServer, startServer } from '../../deploy/local/services/server.ts';
import { Authority } from '../integration/authority.ts';
import { Api } from './api.ts';
import type { Programs } from './programs.ts';

const STOP_GRACE_MS = 30_000;

/** A Kubernetes cluster without nodes. */
export interface ControlPlane {
  readonly api: Api;
  /** A file, for an administrator. */
  readonly kubeconfig: string;
  /** For files of the test; it vanishes with the control plane. */
  readonly folder: string;
  /** @returns what does not let go of its port, one line each */
  stop(): Promise<readonly string[]>;
}

interface Parts {
  readonly sandbox: Sandbox;
  readonly programs: Programs;
  readonly token: string;
  readonly authority: Authority;
}

/**
 * Starts etcd, kube-apiserver and kube-controller-manager on loopback addresses, with the admission plugins and
 * controllers that they have by default. No scheduler and no kubelet: pods are made, and stay pending.
 * @throws when one of them does not come up; with the end of its log
 */
export async function startControlPlane(programs: Programs, progress: (line: string) => void): Promise<ControlPlane> {
  const sandbox = await openSandbox();
  try {
    const authority = await Authority.open(join(sandbox.folder, 'authority'));
    const parts: Parts = { sandbox, programs, token: randomUUID(), authority };
    await writeKeys(parts);
    const etcd = await startEtcd(parts);
    const apiServer = await startApiServer(parts, etcd.port);
    const endpoint = { url: urlOf(apiServer.port), token: parts.token, authority: authority.cert };
    const api = new Api(endpoint);
    const kubeconfig = await writeKubeconfig(parts, endpoint.url);
    const controllers = await startControllers(parts, kubeconfig, api);
    progress(`kube-apiserver ${apiServer.version ?? ''} answers on ${endpoint.url}`);
    return {
      api,
      kubeconfig,
      folder: sandbox.folder,
      stop: async () => {
        await controllers.stop('SIGTERM', STOP_GRACE_MS);
        await api.close();
        await apiServer.stop();
        await etcd.stop();
        await sandbox.close();
        const servers = { etcd: etcd.port, 'kube-apiserver': apiServer.port };
        const held = await Promise.all(
          Object.entries(servers).map(async ([name, port]) =>
            (await isFree(port)) ? [] : [`${name} still has port ${port}`],
          ),
        );
        return held.flat();
      },
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

const urlOf = (port: number): string => `https://127.0.0.1:${port}`;

function command(
  { sandbox }: Parts,
  title: string,
  program: string,
  options: Readonly<Record<string, string>>,
): Command {
  return {
    title,
    program,
    args: Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    folder: sandbox.folder,
    logFile: join(sandbox.folder, `${title}.log`),
    // Nothing of the user's shell, such as a proxy, gets into it.
    env: { PATH: process.env['PATH'], HOME: sandbox.folder },
  };
}

/** What kube-apiserver reads: who may do what (one administrator), and the key of service accounts' tokens. */
async function writeKeys({ sandbox, token, authority }: Parts): Promise<void> {
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(sandbox.folder, name), text, { mode: 0o600 });
  const { cert, key } = await authority.certify('kube-apiserver', 'IP:127.0.0.1');
  const accounts = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  await write('server.pem', cert);
  await write('server.key', key);
  await write('accounts.pub', accounts.publicKey);
  await write('accounts.key', accounts.privateKey);
  await write('tokens.csv', `${token},administrator,1,"system:masters"\n`);
}

async function startEtcd(parts: Parts): Promise<LocalServer> {
  const data = join(parts.sandbox.folder, 'etcd');
  await mkdir(data, { mode: 0o700 });
  return startServer(parts.sandbox, {
    command: async (port) => ({
      ...command(parts, 'etcd', parts.programs.etcd, {
        'data-dir': data,
        'listen-client-urls': `http://127.0.0.1:${port}`,
        'advertise-client-urls': `http://127.0.0.1:${port}`,
        // It has no peers.
        'listen-peer-urls': 'http://127.0.0.1:0',
        'unsafe-no-fsync': 'true',
      }),
    }),
    check: async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      if (!response.ok) throw new Error(`/health answers ${response.status}`);
      return undefined;
    },
    gentleSignal: 'SIGTERM',
  });
}

function startApiServer(parts: Parts, etcdPort: number): Promise<LocalServer> {
  const { sandbox, programs, token, authority } = parts;
  const file = (name: string): string => join(sandbox.folder, name);
  return startServer(sandbox, {
    command: async (port) =>
      command(parts, 'kube-apiserver', programs.apiServer, {
        'etcd-servers': `http://127.0.0.1:${etcdPort}`,
        'bind-address': '127.0.0.1',
        'secure-port': String(port),
        'tls-cert-file': file('server.pem'),
        'tls-private-key-file': file('server.key'),
        'token-auth-file': file('tokens.csv'),
        'authorization-mode': 'RBAC',
        'service-account-issuer': 'https://kubernetes.default.svc',
        'service-account-key-file': file('accounts.pub'),
        'service-account-signing-key-file': file('accounts.key'),
        'service-cluster-ip-range': '10.0.0.0/24',
        // No pod looks for this server, so it need not find an address of the machine to tell them.
        'endpoint-reconciler-type': 'none',
      }),
    check: async (port) => {
      const api = new Api({ url: urlOf(port), token, authority: authority.cert });
      try {
        await api.get('/readyz');
        return ((await api.get('/version')) as unknown as { gitVersion: string }).gitVersion;
      } finally {
        await api.close();
      }
    },
    gentleSignal: 'SIGTERM',
  });
}

async function writeKubeconfig({ sandbox, token, authority }: Parts, url: string): Promise<string> {
  const path = join(sandbox.folder, 'kubeconfig');
  const certificate = Buffer.from(authority.cert).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': certificate } }],
    users: [{ name: 'administrator', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'administrator' } }],
    'current-context': 'test',
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}

async function startControllers(parts: Parts, kubeconfig: string, api: Api): Promise<Running> {
  const { sandbox, programs } = parts;
  const running = await launch(
    sandbox,
    command(parts, 'kube-controller-manager', programs.controllerManager, {
      kubeconfig,
      'leader-elect': 'false',
      'secure-port': '0',
      'service-account-private-key-file': join(sandbox.folder, 'accounts.key'),
      'root-ca-file': join(sandbox.folder, 'authority/ca.pem'),
    }),
  );
  try {
    const sign = (): Promise<unknown> => api.get('/api/v1/namespaces/default/serviceaccounts/default');
    await untilReady('kube-controller-manager', sign, running);
  } catch (error) {
    await running.stop('SIGKILL', 0);
    throw error;
  }
  return running;
}
