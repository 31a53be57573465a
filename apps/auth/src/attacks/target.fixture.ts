import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { type AuthScene, Browser, createLink, startAuth } from '../auth.fixture.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export type Table = 'audit_log' | 'connect_links' | 'consent_states' | 'quota_ledger';

/** One attack. It changes nothing and asks the provider nothing, but for what it says here. */
export interface Attack {
  readonly name: string;
  readonly status: number;
  /** Everything that goes before: what the victim does, what the attacker may have. @returns the attack itself */
  readonly aim: (target: Target) => Promise<() => Promise<Answer>>;
  /** Tables that change all the same: a state that was used up, and why. */
  readonly leaves?: readonly Table[];
  /** Whether the provider has to be asked, because nobody else can tell. */
  readonly asks?: boolean;
  /** More that has to be true of the answer. @throws when it is not */
  readonly check?: (answer: Answer, target: Target) => void;
}

export interface Asked {
  readonly method?: string;
  /** As it goes over the wire: nothing is normalised. */
  readonly path: string;
  readonly token?: string;
  /** Name, value, name, value: names may come twice. */
  readonly headers?: readonly string[];
  readonly body?: string | object;
}

/** The auth service that is attacked: two tenants, each with an athlete. */
export class Target {
  readonly scene: AuthScene;
  readonly port: number;
  /** Connections, by tenant. */
  readonly acme: string;
  readonly beta: string;
  private readonly digestQuery: string;

  private constructor(scene: AuthScene, port: number, ids: readonly [acme: string, beta: string], tables: string[]) {
    this.scene = scene;
    this.port = port;
    [this.acme, this.beta] = ids;
    this.digestQuery = tables
      .map(
        (name) =>
          `select '${name}' as name, md5(coalesce(string_agg(row::text, '|' order by row::text), '')) as digest from "${name}" as row`,
      )
      .join(' union all ');
  }

  static async open(): Promise<Target> {
    const scene = await startAuth();
    await scene.app.listen(0, '127.0.0.1');
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`.execute(
      scene.database.db,
    );
    const ids = [await connected(scene, 'acme'), await connected(scene, 'beta')] as const;
    const { port } = scene.app.getHttpServer().address() as AddressInfo;
    return new Target(
      scene,
      port,
      ids,
      rows.map(({ name }) => name),
    );
  }

  /** A fingerprint of every row of every table. */
  async digest(): Promise<Readonly<Record<string, string>>> {
    const { rows } = await sql.raw<{ name: string; digest: string }>(this.digestQuery).execute(this.scene.database.db);
    return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
  }

  /** Requests that the provider has seen. */
  asked(): number {
    return this.scene.simulator.requests().reduce((sum, { total, tokenRequests }) => sum + total + tokenRequests, 0);
  }

  athlete(tenant: string, nth = 0): string {
    const own = this.scene.simulator.athletes().filter(({ client }) => client === `client-${tenant}`);
    return own[nth]?.name ?? '';
  }

  /** A consent up to the point where the provider sends the browser back. */
  async consent(tenant = 'acme', userReference = 'victim', nth = 1): Promise<{ browser: Browser; callback: URL }> {
    const browser = new Browser(this.scene);
    const authorize = await browser.open(await createLink(this.scene.app, tenant, { userReference }));
    const callback = new URL(await browser.consent(authorize, this.athlete(tenant, nth)));
    return { browser, callback };
  }

  async send({ method = 'GET', path, token, headers = [], body }: Asked): Promise<Answer> {
    const payload = typeof body === 'object' ? JSON.stringify(body) : body;
    const hasType = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
    const all = [
      'host',
      `127.0.0.1:${String(this.port)}`,
      ...(token === undefined ? [] : ['authorization', `Bearer ${token}`]),
      ...(payload === undefined || hasType ? [] : ['content-type', 'application/json']),
      ...(method === 'GET' ? [] : ['content-length', String(Buffer.byteLength(payload ?? ''))]),
      ...headers,
    ];
    const asked = request({ host: '127.0.0.1', port: this.port, method, path, headers: all, agent: false });
    asked.end(payload);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
  }

  /** Bytes as they are. @returns the first answer; another one behind it is in its text */
  async raw(bytes: string): Promise<Answer> {
    const socket = connect(this.port, '127.0.0.1');
    socket.end(bytes, 'latin1');
    const answer = await text(socket);
    const [head = '', ...rest] = answer.split('\r\n\r\n');
    const headers = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ') as [string, string]);
    return {
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      text: rest.join('\r\n\r\n'),
    };
  }

  stop(): Promise<void> {
    return this.scene.stop();
  }
}

async function connected(scene: AuthScene, tenant: string): Promise<string> {
  const athlete = scene.simulator.athletes().find(({ client }) => client === `client-${tenant}`)?.name ?? '';
  await new Browser(scene).connect(
    await createLink(scene.app, tenant, { userReference: `athlete of ${tenant}` }),
    athlete,
  );
  const row = await scene.database.db
    .selectFrom('connections')
    .select('id')
    .where('tenant', '=', tenant)
    .where('kind', '=', 'athlete')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** An attack of one request that needs no preparation. */
export const asking =
  (asked: Asked | ((target: Target) => Asked)): Attack['aim'] =>
  (target) =>
    Promise.resolve(() => target.send(typeof asked === 'function' ? asked(target) : asked));
