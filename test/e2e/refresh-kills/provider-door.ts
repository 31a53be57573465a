import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The provider's answer to a refresh, before the replica has it. */
export interface HeldAnswer {
  readonly tenant: string;
  readonly status: number;
  /** Whose tokens they are, by the provider's id; undefined when it refused. */
  readonly account: string | undefined;
  /** Resolves when it is out of our hands, or when there is nobody any more to take it. */
  pass(part?: 'all' | 'half' | 'rest'): Promise<void>;
}

/** What all doors see together, by fingerprints of tokens. */
export class Seen {
  /** Refresh tokens that were sent twice at the same time. */
  readonly twiceAtOnce = new Set<string>();
  /** Access tokens, by the refresh token that came with them. */
  readonly granted = new Map<string, string>();
  readonly #underWay = new Set<string>();

  enter(refreshToken: string): () => void {
    if (this.#underWay.has(refreshToken)) this.twiceAtOnce.add(refreshToken);
    this.#underWay.add(refreshToken);
    return () => this.#underWay.delete(refreshToken);
  }
}

/**
 * Stands between one replica and the providers of all tenants: what the replica asks gets through, and what they answer
 * is held until `onAnswer` has decided what becomes of it. A request whose replica dies goes on at the provider.
 */
export class ProviderDoor {
  onAnswer: (answer: HeldAnswer) => Promise<void> = (answer) => answer.pass();
  /** Refreshes that the provider has not answered yet. */
  unanswered = 0;
  readonly #providers: ReadonlyMap<string, string>;
  readonly #seen: Seen;
  readonly #server: Server;

  private constructor(providers: ReadonlyMap<string, string>, seen: Seen) {
    this.#providers = providers;
    this.#seen = seen;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.#server.keepAliveTimeout = 90_000;
  }

  /** @param providers the `authUrl` of each tenant's provider */
  static async open(providers: ReadonlyMap<string, string>, seen: Seen): Promise<ProviderDoor> {
    const door = new ProviderDoor(providers, seen);
    await new Promise<void>((resolve) => door.#server.listen(0, '127.0.0.1', resolve));
    return door;
  }

  /** What the tenant's `authUrl` is for the replica. */
  authUrl(tenant: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${tenant}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, tenant = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const url = `${this.#providers.get(tenant)}${rest}`;
    // A browser on its way to the consent has nothing to do here.
    if (request.method === 'GET') return void response.writeHead(307, { location: url }).end();
    const body = await textOf(request);
    const refreshToken = new URLSearchParams(body).get('refresh_token');
    if (refreshToken === null) return pass(response, await ask(url, request, body));
    const leave = this.#seen.enter(fingerprint(refreshToken));
    try {
      this.unanswered += 1;
      const answer = await ask(url, request, body).finally(() => (this.unanswered -= 1));
      await this.onAnswer(this.#held(tenant, response, answer));
    } finally {
      leave();
    }
  }

  #held(tenant: string, response: ServerResponse, answer: Answered): HeldAnswer {
    const { status, body } = answer;
    const granted = status === 200 ? (JSON.parse(body) as Granted) : undefined;
    if (granted !== undefined) {
      this.#seen.granted.set(fingerprint(granted.refresh_token), fingerprint(granted.access_token));
    }
    return {
      tenant,
      status,
      account: granted && String(granted.x_user_id),
      pass: (part = 'all') => pass(response, answer, part),
    };
  }
}

interface Answered {
  readonly status: number;
  readonly body: string;
}

interface Granted {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly x_user_id: number;
}

async function ask(url: string, { headers }: IncomingMessage, body: string): Promise<Answered> {
  const { authorization = '', 'content-type': type = '' } = headers;
  const answer = await fetch(url, { method: 'POST', headers: { authorization, 'content-type': type }, body });
  return { status: answer.status, body: await answer.text() };
}

function pass(response: ServerResponse, { status, body }: Answered, part: 'all' | 'half' | 'rest' = 'all') {
  if (!response.headersSent) {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  }
  const middle = Math.floor(body.length / 2);
  return new Promise<void>((resolve) => {
    if (response.destroyed) return resolve();
    response.once('close', resolve);
    if (part === 'half') response.write(body.slice(0, middle), () => resolve());
    else response.end(part === 'rest' ? body.slice(middle) : body, () => resolve());
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
