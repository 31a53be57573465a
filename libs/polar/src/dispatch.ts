import { createHash } from 'node:crypto';
import { Agent, errors, request as send } from 'undici';
import { BridgeError } from '#core';
import type { Dispatch } from './request.ts';

export interface DispatchOptions {
  /** Longest time to the whole answer, in ms. */
  readonly timeoutMs?: number;
  /** Most bytes of a body that are read: a day of beat-to-beat data has about 10 MB (observed live). */
  readonly mostBytes?: number;
  /** Connections per host. */
  readonly connections?: number;
}

/** The bare request, over kept-alive connections. */
export function createDispatch({
  timeoutMs = 30_000,
  mostBytes = 64 * 1024 * 1024,
  connections = 32,
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
      return {
        status: statusCode,
        headers,
        body: type.startsWith('image/') ? await told(body, type) : await body.text(),
      };
    } catch (error) {
      throw unreachable(error, request.url.pathname, timeoutMs, signal.aborted);
    }
  };
  return { dispatch, close: () => agent.close() };
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
