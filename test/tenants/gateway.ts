import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Simulator } from '../simulator/index.ts';

/** What a tenant is expected to send with its requests. */
export interface Expected {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Counts {
  data: number;
  tokens: number;
  hello: number;
}

/**
 * Stands between the bridge and the simulator, with an address for each tenant, and notes what comes to the wrong one:
 * a token, a code or a client's credentials that were never this tenant's.
 */
export class Gateway {
  readonly mixups: string[] = [];
  readonly #origin: string;
  readonly #simulator: Simulator;
  readonly #server: Server;
  readonly #expected: (tenant: string) => Expected;
  readonly #owners = new Map<string, string>();
  readonly #counts = new Map<string, Counts>();

  private constructor(simulator: Simulator, server: Server, expected: (tenant: string) => Expected) {
    this.#simulator = simulator;
    this.#server = server;
    this.#expected = expected;
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(simulator: Simulator, expected: (tenant: string) => Expected): Promise<Gateway> {
    const server = createServer();
    server.keepAliveTimeout = 90_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const gateway = new Gateway(simulator, server, expected);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      gateway.#pass(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    });
    return gateway;
  }

  addressOf(tenant: string): { readonly apiUrl: string; readonly authUrl: string } {
    return { apiUrl: `${this.#origin}/${tenant}/v4/data`, authUrl: `${this.#origin}/${tenant}/oauth` };
  }

  /** The tenant that a token was given to. */
  ownerOf(token: string): string | undefined {
    return this.#owners.get(token);
  }

  /** How much a tenant has sent so far. */
  counts(tenant: string): Readonly<Counts> {
    const known = this.#counts.get(tenant) ?? { data: 0, tokens: 0, hello: 0 };
    this.#counts.set(tenant, known);
    return known;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, tenant = '', path = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const body = await buffer(request);
    this.#look(tenant, path, request, body.toString());
    const { authorization, 'content-type': type, accept, cookie } = request.headers;
    const headers = Object.entries({ authorization, 'content-type': type, accept, cookie }).filter(
      (header): header is [string, string] => header[1] !== undefined,
    );
    const answer = await fetch(`${this.#simulator.url}${path}`, {
      method: request.method ?? 'GET',
      headers,
      redirect: 'manual',
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    this.#remember(tenant, path, answer.headers.get('location'), text.toString());
    response.writeHead(answer.status, [...answer.headers].filter(([name]) => kept.has(name)).flat());
    response.end(text);
  }

  #look(tenant: string, path: string, { headers }: IncomingMessage, body: string): void {
    const counts = this.counts(tenant) as Counts;
    if (path.startsWith('/v4/data/hello')) counts.hello += 1;
    else if (path.startsWith('/v4/data/')) {
      counts.data += 1;
      this.#check(tenant, 'access token', headers.authorization?.replace('Bearer ', '') ?? 'none');
    }
    if (path !== '/oauth/token') return;
    counts.tokens += 1;
    const { clientId, clientSecret } = this.#expected(tenant);
    const credentials = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    if (headers.authorization !== credentials) this.mixups.push(`${tenant} sent the credentials of another client`);
    const form = new URLSearchParams(body);
    for (const name of ['code', 'refresh_token']) {
      const value = form.get(name);
      if (value !== null) this.#check(tenant, name, value);
    }
  }

  /** Whoever it was given to, it was given to this tenant. */
  #check(tenant: string, what: string, word: string): void {
    const owner = this.#owners.get(word);
    if (owner !== tenant) this.mixups.push(`${tenant} sent the ${what} of ${owner ?? 'nobody'}`);
  }

  #remember(tenant: string, path: string, location: string | null, body: string): void {
    const code = location === null ? null : new URL(location).searchParams.get('code');
    if (code !== null) this.#owners.set(code, tenant);
    if (path !== '/oauth/token' || !body.startsWith('{')) return;
    const { access_token: access, refresh_token: refresh } = JSON.parse(body) as Record<string, string | undefined>;
    for (const token of [access, refresh]) if (token !== undefined) this.#owners.set(token, tenant);
  }
}

const kept: ReadonlySet<string> = new Set(['content-type', 'location', 'retry-after']);
