import { Agent, fetch, type Response } from 'undici';
import { isRecord, type Manifest } from '../deploy/chart/helm.ts';

export interface Answer {
  readonly status: number;
  /** What was asked for, or a Status with a message. */
  readonly body: Manifest;
  /** What the server has to say besides: what is deprecated, or would break the Pod Security standard. */
  readonly warnings: readonly string[];
}

export interface Endpoint {
  readonly url: string;
  readonly token: string;
  /** PEM */
  readonly authority: string;
}

export type Patch = 'application/merge-patch+json' | 'application/strategic-merge-patch+json';

/** A client of Kubernetes' API. */
export class Api {
  readonly #endpoint: Endpoint;
  readonly #agent: Agent;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    // A watch says nothing while nothing happens.
    this.#agent = new Agent({ connect: { ca: endpoint.authority }, bodyTimeout: 0 });
  }

  /** @returns the answer, also where it is a refusal @throws when there is none */
  async ask(
    method: string,
    path: string,
    body?: object,
    type: Patch | 'application/json' = 'application/json',
  ): Promise<Answer> {
    const response = await this.#fetch(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      type,
    });
    const text = await response.text();
    return {
      status: response.status,
      // Probes answer with plain text.
      body: (text.startsWith('{') ? JSON.parse(text) : { message: text }) as Manifest,
      warnings: [...(response.headers.get('warning') ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(
        ([, text = '']) => text,
      ),
    };
  }

  /** @throws with the server's message for anything but success */
  async do(method: string, path: string, body?: object, type?: Patch): Promise<Manifest> {
    const answer = await this.ask(method, path, body, type);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${messageOf(answer)}`);
  }

  get(path: string): Promise<Manifest> {
    return this.do('GET', path);
  }

  /** Tells what there is and what becomes of it, until the signal; goes on by itself where the server ends an answer. */
  async watch(path: string, signal: AbortSignal, onEvent: (type: string, object: Manifest) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        const { ok, status, body } = await this.#fetch(`${path}?watch=true`, { signal });
        if (!ok) throw new Error(`GET ${path}?watch=true: ${status}`);
        let rest = '';
        for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const { type, object } = JSON.parse(line) as { type: string; object: Manifest };
            onEvent(type, object);
          }
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** The path of a kind's objects, by what the server says it has. @returns undefined for a kind that it does not have */
  async pathOf(apiVersion: string, kind: string, namespace?: string): Promise<string | undefined> {
    const root = rootOf(apiVersion);
    const { status, body } = await this.ask('GET', root);
    const found =
      status === 200 ? resourcesOf(body).find((one) => one.kind === kind && !one.name.includes('/')) : undefined;
    if (found === undefined) return undefined;
    return found.namespaced && namespace !== undefined
      ? `${root}/namespaces/${namespace}/${found.name}`
      : `${root}/${found.name}`;
  }

  /** All that the cluster has, of each resource that can be listed: `deployments.apps namespace/name`. */
  async inventory(): Promise<ReadonlySet<string>> {
    const { groups } = (await this.get('/apis')) as unknown as { groups: readonly Group[] };
    const versions = ['v1', ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion))];
    const lists = await Promise.all(versions.map((version) => this.#list(version)));
    return new Set(lists.flat());
  }

  async #list(apiVersion: string): Promise<readonly string[]> {
    const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0] ?? ''}` : '';
    const resources = resourcesOf(await this.get(rootOf(apiVersion))).filter(({ verbs }) => verbs.includes('list'));
    const lists = resources.map(async ({ name }) =>
      (await this.list(`${rootOf(apiVersion)}/${name}`)).map(
        ({ metadata }) => `${name}${group} ${metadata.namespace ?? ''}/${metadata.name}`,
      ),
    );
    return (await Promise.all(lists)).flat();
  }

  async list(path: string): Promise<readonly Manifest[]> {
    return ((await this.get(path))['items'] ?? []) as readonly Manifest[];
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #fetch(
    path: string,
    { type, ...more }: { method?: string; body?: string; type?: string; signal?: AbortSignal },
  ): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.#endpoint.token}`,
      ...(type !== undefined && { 'content-type': type }),
    };
    return fetch(`${this.#endpoint.url}${path}`, { ...more, headers, dispatcher: this.#agent });
  }
}

export function messageOf({ body }: Answer): string {
  return typeof body['message'] === 'string' ? body['message'] : JSON.stringify(body);
}

interface Group {
  readonly versions: readonly { readonly groupVersion: string }[];
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

const rootOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

function resourcesOf(list: unknown): readonly Resource[] {
  return isRecord(list) ? ((list['resources'] ?? []) as readonly Resource[]) : [];
}
