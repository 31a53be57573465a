import { createHash } from 'node:crypto';
import { Agent, errors, request as send } from 'undici';
import { BridgeError } from '#core';
import { LargeBodies } from './large-bodies.ts';
import type { Dispatch } from './request.ts';

export interface DispatchOptions {
  /** Longest time to the whole answer, in ms. */
  readonly timeoutMs?: number;
  /** Most bytes of a body that are read: a day of beat-to-beat data has about 10 MB (observed live). */
  readonly mostBytes?: number;
  /** Connections per host. */
  readonly connections?: number;
  /** Who may have a body of more than `largeBytes`. */
  readonly largeBodies?: LargeBodies;
  readonly largeBytes?: number;
}

/** The bare request, over kept-alive connections. */
export function createDispatch({
  timeoutMs = 30_000,
  mostBytes = 64 * 1024 * 1024,
  connections = 32,
  largeBodies = new LargeBodies(),
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
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, headers, body } = await send(request.url, {
        dispatcher: agent,
        headers: request.headers,
        signal,
      });
      const type = [headers['content-type']].flat()[0] ?? '';
      if (type.startsWith('image/')) return { status: statusCode, headers, body: await told(body, type) };
      const text = await textOf(body, largeBytes, () => largeBodies.enter(request.poll));
      return { status: statusCode, headers, body: text };
    } catch (error) {
      throw unreachable(error, request.url.pathname, timeoutMs, signal.aborted);
    }
  };
  return { dispatch, close: () => agent.close() };
}

/** The rest of a large body is left at the provider until it may come in. */
async function textOf(
  body: AsyncIterable<Uint8Array>,
  largeBytes: number,
  enter: () => Promise<void>,
): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    pieces.push(decoder.decode(part, { stream: true }));
    if (bytes > largeBytes) await enter();
  }
  // Not added up: such a text would be put together again by whoever reads it first.
  return [...pieces, decoder.decode()].join('');
}

/** An image as an item: what tells it from another one. The bytes go no further. */
async function told(body: { arrayBuffer(): Promise<ArrayBuffer> }, contentType: string): Promise<string> {
  const bytes = new Uint8Array(await body.arrayBuffer());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return JSON.stringify({ contentType, length: bytes.length, sha256 });
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
