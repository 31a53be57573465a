import { createHash } from 'node:crypto';
import { Agent, errors, request as send } from 'undici';
import { BridgeError } from '#core';
import type { LargeBodies } from './large-bodies.ts';
import type { Dispatch } from './request.ts';

export interface DispatchOptions {
  /** Longest time to the whole answer, in ms. */
  readonly timeoutMs?: number;
  /** Most bytes of a body that are read: a day of beat-to-beat data has about 10 MB (observed live). */
  readonly mostBytes?: number;
  /** Connections per host. */
  readonly connections?: number;
  /** Who may have a body of more than `largeBytes`: anybody, where it is left out. */
  readonly largeBodies?: LargeBodies;
  readonly largeBytes?: number;
}

/** The bare request, over kept-alive connections. */
export function createDispatch({
  timeoutMs = 30_000,
  mostBytes = 64 * 1024 * 1024,
  connections = 32,
  largeBodies,
  largeBytes = 256 * 1024,
}: DispatchOptions = {}): {
  readonly dispatch: Dispatch;
  readonly close: () => Promise<void>;
} {
  const agent = new Agent({
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: mostBytes,
  });
  const dispatch: Dispatch = async (request) => {
    const { poll } = request;
    const time = new TimeLimit(timeoutMs);
    try {
      const { statusCode, headers, body } = await send(request.url, {
        dispatcher: agent,
        headers: request.headers,
        signal: time.signal,
      });
      const type = [headers['content-type']].flat()[0] ?? '';
      if (type.startsWith('image/')) return { status: statusCode, headers, body: await told(body, type) };
      let isIn = poll === undefined || largeBodies === undefined;
      const comeIn = async (): Promise<void> => {
        if (isIn || poll === undefined) return;
        isIn = true;
        await time.without(async () => largeBodies?.enter(poll));
      };
      if (Number(headers['content-length']) > largeBytes) await comeIn();
      return { status: statusCode, headers, body: await textOf(body, largeBytes, comeIn) };
    } catch (error) {
      throw unreachable(error, request.url.pathname, timeoutMs, time.signal.aborted);
    } finally {
      time.end();
    }
  };
  return { dispatch, close: () => agent.close() };
}

/** How long a request may take. While it waits for its turn the provider is not to blame, so the time stands still. */
class TimeLimit {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async without(wait: () => Promise<void>): Promise<void> {
    this.end();
    await wait();
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.#timeoutMs);
  }
}

/**
 * The rest of a large body is left at the provider until it may come in.
 * @param comeIn waits for that, once
 */
async function textOf(
  body: AsyncIterable<Uint8Array>,
  largeBytes: number,
  comeIn: () => Promise<void>,
): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    pieces.push(decoder.decode(part, { stream: true }));
    if (bytes > largeBytes) await comeIn();
  }
  // Not added up: such a text would be put together again by whoever reads it first.
  return [...pieces, decoder.decode()].join('');
}

/** An image as an item: what tells it from another one. The bytes go no further. */
async function told(body: AsyncIterable<Uint8Array>, contentType: string): Promise<string> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const part of body) {
    hash.update(part);
    length += part.byteLength;
  }
  return JSON.stringify({ contentType, length, sha256: hash.digest('hex') });
}

function unreachable(error: unknown, path: string, timeoutMs: number, aborted: boolean): BridgeError {
  const timedOut =
    aborted ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  return timedOut
    ? new BridgeError('PROVIDER_TIMEOUT', `${path} did not answer within ${timeoutMs / 1000} s; it is tried again`, {
        cause: error,
      })
    : new BridgeError('PROVIDER_UNAVAILABLE', `${path} could not be reached; it is tried again`, { cause: error });
}
