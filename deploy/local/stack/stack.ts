import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Services } from '../services/index.ts';
import { freePort } from '../services/port.ts';
import { Child, orphanGuard } from './child.ts';
import { until } from './until.ts';

export { consent } from './consent.ts';

export type AppName = 'auth' | 'poller' | 'publisher';
const apps: readonly string[] = ['auth', 'poller', 'publisher'] satisfies readonly AppName[];

/** A tenant of the stack, as it stands in the tenant file, without its client secret. */
export interface StackTenant {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiUrl?: string;
  readonly authUrl?: string;
  readonly quota?: readonly { readonly requests: number; readonly seconds: number }[];
  readonly polling?: Readonly<Record<string, number>>;
  readonly partitions?: number;
  /** Whether there are topics of states. */
  readonly state?: boolean;
  /** All, unless told otherwise. */
  readonly resources?: readonly string[];
}

export interface StackOptions {
  /** Kafka only where a publisher is started. */
  readonly services: Pick<Services, 'databaseUrl' | 'redisUrl'> & Partial<Pick<Services, 'kafkaBrokers'>>;
  readonly tenants: readonly StackTenant[];
  readonly progress?: (line: string) => void;
  /** Fixed, so that the redirect URI can be registered at the provider before; else any free one. */
  readonly authPort?: number;
  /** More flags of Node for a process of an app, by its name. */
  readonly nodeFlags?: (name: string) => readonly string[];
  /** The folder of the build that a process runs, by its name; this one where it says nothing. */
  readonly buildOf?: (name: string) => string | undefined;
  /** More settings for the apps. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where nothing is broken on purpose, an answer takes milliseconds. */
const longestAnswerMs = 30_000;

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The three apps as processes of this machine, on services that run already. Needs a build. */
export class Stack {
  readonly authUrl: string;
  readonly adminToken = secret();
  readonly folder: string;
  readonly tenantsFile: string;
  readonly #options: StackOptions;
  readonly #shared: Readonly<Record<string, string>>;
  readonly #children = new Set<Child>();
  readonly #auths = new Set<Child>();

  private constructor(options: StackOptions, folder: string, authPort: number) {
    this.#options = options;
    this.folder = folder;
    this.authUrl = `http://127.0.0.1:${authPort}`;
    this.tenantsFile = join(folder, 'tenants.yaml');
    this.#shared = {
      DATABASE_URL: options.services.databaseUrl,
      REDIS_URL: options.services.redisUrl,
      KAFKA_BROKERS: options.services.kafkaBrokers ?? '',
      TENANTS_FILE: this.tenantsFile,
      HOST: '127.0.0.1',
      ADMIN_TOKEN: this.adminToken,
      INTERNAL_TOKEN: secret(),
      ENCRYPTION_KEYS: `local:${randomBytes(32).toString('base64')}`,
      PUBLIC_URL: this.authUrl,
      // Here all athletes come from one address.
      PUBLIC_RATE_LIMIT: '1000000',
      AUTH_URL: this.authUrl,
      // Nobody looks at the readiness to send traffic elsewhere.
      SHUTDOWN_DELAY_SECONDS: '0',
      ...Object.fromEntries(options.tenants.map((tenant) => [secretName(tenant), tenant.clientSecret])),
      ...options.env,
    };
  }

  /** Writes the tenant file and migrates the database. Starts no app yet. */
  static async prepare(options: StackOptions): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'accesslink-bridge-'));
    await (await orphanGuard()).removeFolder(folder);
    const stack = new Stack(options, folder, options.authPort ?? (await freePort()));
    await writeFile(
      stack.tenantsFile,
      stringify({ tenants: options.tenants.map((tenant) => tenantEntry(tenant, stack.authUrl)) }),
    );
    await stack.migrate();
    return stack;
  }

  /** What all processes are started with, for a program that somebody else starts. */
  get environment(): Readonly<Record<string, string>> {
    return this.#shared;
  }

  /** Migrates the database. @throws with the end of its log when that fails */
  async migrate(name = 'migrate'): Promise<void> {
    await this.run('migrate', { name });
  }

  /** Runs a command of package.json that ends by itself. @returns its output @throws with the end of its log when it fails */
  async run(
    command: string,
    {
      name = command,
      args = [],
      env = {},
    }: { name?: string; args?: readonly string[]; env?: Record<string, string> } = {},
  ): Promise<string> {
    const child = this.#child(name, command, env, args);
    child.start();
    if ((await child.exited()) !== 0) throw new Error(await this.#withLog(child));
    return readFile(join(this.folder, `${name}.log`), 'utf8');
  }

  /**
   * Starts one process of an app and waits until it is ready. Several of one app may run at once.
   * @param env settings of this process alone; a second auth needs a `PORT` of its own
   */
  async start(
    app: AppName,
    name: string = app,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly child: Child; readonly url: string }> {
    const start = Date.now();
    const port = env['PORT'] ?? (app === 'auth' ? new URL(this.authUrl).port : await freePort());
    const child = this.#child(name, app, { ...env, PORT: String(port) });
    child.start();
    const url = `http://127.0.0.1:${port}`;
    await this.ready(child, url);
    this.#options.progress?.(`${name.padEnd(10)} ready on ${url} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    return { child, url };
  }

  /** Waits until an app's readiness is 200. @throws with the end of its log when it ended instead */
  async ready(child: Child, url: string): Promise<void> {
    let ended = false;
    await until(`${child.name} to be ready`, 120, async () => {
      ended = child.failure !== undefined;
      return ended || (await fetch(`${url}/health/ready`)).status === 200;
    });
    if (ended) throw new Error(await this.#withLog(child));
  }

  /** A request to one of the apps' admin routes. @throws when the status is not 2xx, with the answer */
  async admin(
    url: string,
    path: string,
    init: { readonly method?: string; readonly body?: unknown } = {},
  ): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(longestAnswerMs),
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${this.adminToken}`,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A link that an athlete opens to connect. */
  async connectLink(tenant: string, userReference: string, returnUrl?: string): Promise<string> {
    const answer = await this.admin(this.authUrl, `/v1/tenants/${tenant}/connect-links`, {
      method: 'POST',
      body: { userReference, ...(returnUrl === undefined ? {} : { returnUrl }) },
    });
    return (answer as { url: string }).url;
  }

  /** Ends all apps and removes the folder. auth goes last: a poll that is under way may still need a token. */
  async stop(): Promise<void> {
    const others = [...this.#children].filter((child) => !this.#auths.has(child));
    for (const ones of [others, [...this.#auths]]) await Promise.all(ones.map((child) => child.kill()));
    for (const child of this.#children) child.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #child(name: string, app: string, env: Readonly<Record<string, string>>, more: readonly string[] = []): Child {
    const child = new Child({
      name,
      args: [
        ...(apps.includes(app) ? (this.#options.nodeFlags?.(name) ?? []) : []),
        ...commandOf(app, this.#options.buildOf?.(name)),
        ...more,
      ],
      env: { ...this.#shared, ...env },
      logFile: join(this.folder, `${name}.log`),
    });
    this.#children.add(child);
    if (app === 'auth') this.#auths.add(child);
    return child;
  }

  async #withLog(child: Child): Promise<string> {
    const log = await readFile(join(this.folder, `${child.name}.log`), 'utf8').catch(() => '');
    return `${child.failure ?? child.name}\n${log.split('\n').slice(-15).join('\n')}`;
  }
}

function tenantEntry(tenant: StackTenant, authUrl: string): unknown {
  const { id, clientId, apiUrl, authUrl: providerUrl, quota, polling, partitions = 3, state = false } = tenant;
  return {
    id,
    polar: {
      clientId,
      clientSecret: { env: secretName(tenant) },
      ...(apiUrl === undefined ? {} : { apiUrl }),
      ...(providerUrl === undefined ? {} : { authUrl: providerUrl }),
    },
    ...(quota === undefined ? {} : { quota }),
    returnUrls: [returnUrl(authUrl)],
    resources: tenant.resources ?? 'all',
    ...(polling === undefined ? {} : { polling }),
    topics: { prefix: `polar.${id}`, partitions, replication: 1, retentionHours: 24, state },
  };
}

/** What `npm run start:<app>` runs, so that a process here has the very flags that it has in production. */
export function commandOf(app: string, build = root): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(build, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [, ...args] = (scripts[`start:${app}`] ?? scripts[app] ?? '').split(' ');
  return args.map((arg) => (arg.startsWith('dist/') ? join(build, arg) : arg));
}

function secretName({ id }: StackTenant): string {
  return `${id.toUpperCase().replaceAll('-', '_')}_POLAR_SECRET`;
}

function secret(): string {
  return randomBytes(24).toString('hex');
}

/** Where the demo athletes are sent after the consent: a page that is there. */
export function returnUrl(authUrl: string): string {
  return `${authUrl}/health/live`;
}
