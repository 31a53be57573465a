import { Agent, request } from 'undici';

export interface Reply {
  readonly status: number;
  /** Seconds, where the answer says so. */
  readonly retryAfter: number | undefined;
  readonly accessToken: string | undefined;
}

/** Asks replicas of auth as pollers do. */
export class Client {
  readonly #urls: readonly string[];
  readonly #token: string;
  readonly #agent = new Agent({ connections: 256, pipelining: 1, headersTimeout: 300_000, bodyTimeout: 300_000 });
  #turn = 0;

  constructor(urls: readonly string[], internalToken: string) {
    this.#urls = urls;
    this.#token = internalToken;
  }

  accessToken(connection: string): Promise<Reply> {
    return this.#send(`/internal/v1/connections/${connection}/access-token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: '{}',
    });
  }

  /** The least that the service can do for a request: the yardstick. */
  alive(): Promise<Reply> {
    return this.#send('/health/live', { method: 'GET' });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #send(path: string, init: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }) {
    const url = this.#urls[(this.#turn += 1) % this.#urls.length] ?? '';
    const { statusCode, headers, body } = await request(`${url}${path}`, { ...init, dispatcher: this.#agent });
    const text = await body.text();
    const retryAfter = headers['retry-after'] === undefined ? undefined : Number(headers['retry-after']);
    const accessToken = statusCode === 200 ? (JSON.parse(text) as { accessToken?: string }).accessToken : undefined;
    return { status: statusCode, retryAfter, accessToken };
  }
}

export interface Rate {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

/** Sends so many at a time for so many seconds. @throws when an answer is not 200 */
export async function sustain(concurrency: number, seconds: number, send: () => Promise<Reply>): Promise<Rate> {
  const latencies: number[] = [];
  const start = performance.now();
  const one = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1000) {
      const began = performance.now();
      const { status } = await send();
      if (status !== 200) throw new Error(`an answer was ${status}`);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return { perSecond: latencies.length / ((performance.now() - start) / 1000), latencies };
}

export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
