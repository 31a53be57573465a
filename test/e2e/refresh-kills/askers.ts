import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../../simulator/random.ts';
import { fingerprint } from './provider-door.ts';
import type { Athlete, Replica, Scene } from './scene.ts';

export interface AskOptions {
  /** The fingerprint of a token that the provider is said to have refused. */
  readonly rejected?: string;
}

/** What a replica says when it is asked for an access token; status 0 when it is not there. */
export interface Reply {
  readonly status: number;
  readonly accessToken: string | undefined;
  readonly text: string;
}

/** Asks a replica as a poller does. */
export async function askFor(
  { internalToken }: Pick<Scene, 'internalToken'>,
  { url }: Pick<Replica, 'url'>,
  { connection }: Pick<Athlete, 'connection'>,
  { rejected }: AskOptions = {},
): Promise<Reply> {
  try {
    const response = await fetch(`${url}/internal/v1/connections/${connection}/access-token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${internalToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(rejected === undefined ? {} : { rejected }),
    });
    const text = await response.text();
    const accessToken = response.status === 200 ? (JSON.parse(text) as { accessToken: string }).accessToken : undefined;
    return { status: response.status, accessToken, text };
  } catch {
    return { status: 0, accessToken: undefined, text: '' };
  }
}

/** Many pollers that ask for tokens all the time, often for the same athlete at several replicas. */
export class Askers {
  /** How often each status came; 0 is a replica that was killed. */
  readonly statuses = new Map<number, number>();
  /** What must not come, in words. */
  readonly strange: string[] = [];
  /** Fingerprints of all access tokens that came. */
  readonly handedOut = new Set<string>();
  readonly #scene: Scene;
  readonly #athletes: readonly Athlete[];
  readonly #newest = new Map<string, string>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>[];

  constructor(scene: Scene, athletes: readonly Athlete[], count: number) {
    this.#scene = scene;
    this.#athletes = athletes;
    this.#running = Array.from({ length: count }, (_, index) => this.#run(`asker ${index}`));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async ask(replica: Replica, athlete: Athlete, options: AskOptions = {}): Promise<Reply> {
    const reply = await askFor(this.#scene, replica, athlete, options);
    const { status, accessToken, text } = reply;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (![0, 200, 409, 503].includes(status)) this.strange.push(`${athlete.name}: ${status} ${text}`);
    if (accessToken === undefined) return reply;
    const token = fingerprint(accessToken);
    if (token === options.rejected) this.strange.push(`${athlete.name} was given a token that had been rejected`);
    this.handedOut.add(token);
    this.#newest.set(athlete.connection, token);
    return reply;
  }

  async #run(name: string): Promise<void> {
    const { next, int, pick, chance } = random(name);
    while (!this.#stopping.signal.aborted) {
      const athlete = pick(this.#athletes);
      const { replicas } = this.#scene;
      const asked = chance(0.3) ? replicas : [pick(replicas)];
      const rejected = chance(0.5) ? this.#newest.get(athlete.connection) : undefined;
      const options = rejected === undefined ? {} : { rejected };
      const replies = await Promise.all(asked.map((one) => this.ask(one, athlete, options)));
      await sleep(replies.some(({ status }) => status !== 0) ? int(10, 60) * next() : 200);
    }
  }
}
