import { BridgeError, type Budget, type PolarClientSettings, type Tenant, isBridgeError } from '#core';
import { type Dispatcher, request } from 'undici';
import { type Grant, readAnswer } from './oauth-answer.ts';

const maxBodyBytes = 64 * 1024;

/** Codes of errors that come before the provider has seen anything. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** How long a token request may take, in ms. Less than half of the time for which the budget takes a request to be under way. */
export const tokenRequestMs = 10_000;

export interface OAuthClientOptions {
  readonly budget: Budget;
  readonly now: () => number;
  readonly timeoutMs?: number;
  readonly dispatcher?: Dispatcher;
}

/** The provider's authorization server. Each request is paid from the tenant's budget first. */
export class OAuthClient {
  private readonly options: OAuthClientOptions;

  constructor(options: OAuthClientOptions) {
    this.options = options;
  }

  /** Where the browser goes to ask the athlete. */
  authorizeUrl(tenant: Tenant, scopes: readonly string[], redirectUri: string, state: string): string {
    const query = {
      client_id: tenant.polar.clientId,
      response_type: 'code',
      scope: scopes.join(' '),
      redirect_uri: redirectUri,
      state,
    };
    return `${tenant.polar.authUrl}/authorize?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`;
  }

  exchange(tenant: Tenant, code: string, redirectUri: string): Promise<Grant> {
    return this.grant(tenant, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  }

  /** @param announce called when the request is paid for and about to be sent; what it throws holds the request back */
  refresh(tenant: Tenant, refreshToken: string, announce?: () => Promise<void>): Promise<Grant> {
    return this.grant(tenant, { grant_type: 'refresh_token', refresh_token: refreshToken }, announce);
  }

  private async grant(
    tenant: Tenant,
    form: Readonly<Record<string, string>>,
    announce?: () => Promise<void>,
  ): Promise<Grant> {
    const { budget, now, timeoutMs = tokenRequestMs } = this.options;
    const permit = await budget.charge(tenant.id, 'refresh');
    // From here on, so that a process that stands still after it has announced the request does not send it later.
    const end = now() + timeoutMs;
    try {
      await announce?.();
      const left = Math.min(timeoutMs, end - now());
      if (left <= 0) throw held();
      return readAnswer(await this.post(tenant.polar, form, left), now());
    } catch (error) {
      if (isBridgeError(error, 'PROVIDER_RATE_LIMITED'))
        await budget.pause(tenant.id, error.waitUntil ?? this.nextWindow(tenant));
      throw error;
    } finally {
      // Not waited for: a grant must not be lost because the budget can't be told. Untold, the request ends by itself.
      permit.settle().catch(() => undefined);
    }
  }

  private async post(
    { authUrl, clientId, clientSecret }: PolarClientSettings,
    form: Readonly<Record<string, string>>,
    timeoutMs: number,
  ) {
    const { dispatcher } = this.options;
    const limit = timeLimit(timeoutMs);
    try {
      const { statusCode, headers, body } = await request(`${authUrl}/token`, {
        method: 'POST',
        headers: {
          authorization: basic(clientId, clientSecret),
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        body: new URLSearchParams(form).toString(),
        signal: limit.signal,
        ...(dispatcher && { dispatcher }),
      });
      const retryAfter = headers['retry-after'];
      const text = await read(body);
      return { status: statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined, body: text };
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string };
      const late = /Timeout|Abort/.test(name ?? '');
      // Not the error itself as the cause: it may carry the request with the client's secret.
      const fields = { reason: String(code ?? name), ...(unsent.has(code ?? '') && { sent: false }) };
      throw late
        ? new BridgeError('PROVIDER_TIMEOUT', 'The token endpoint did not answer in time', { fields })
        : new BridgeError('PROVIDER_UNAVAILABLE', 'The token endpoint cannot be reached', { fields });
    } finally {
      limit.clear();
    }
  }

  private nextWindow({ quota }: Tenant): number {
    return this.options.now() + Math.min(...quota.map(({ seconds }) => seconds)) * 1000;
  }
}

const held = (): BridgeError =>
  new BridgeError('PROVIDER_TIMEOUT', 'The time for the token request was over before it was sent', {
    fields: { reason: 'held', sent: false },
  });

/** RFC 6749, section 2.3.1: both parts are form encoded first, or a colon and a percent sign would be read as ours. */
const basic = (...parts: readonly [id: string, secret: string]): string =>
  `Basic ${Buffer.from(parts.map(formEncoded).join(':')).toString('base64')}`;

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/**
 * Aborts after so many ms, but not before what has arrived by then was read: a process that stood still for longer may
 * have the answer, and in it the only tokens that are still good.
 */
function timeLimit(ms: number): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  let afterReading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    afterReading = setImmediate(() => controller.abort());
  }, ms);
  const clear = (): void => {
    clearTimeout(timer);
    clearImmediate(afterReading);
  };
  return { signal: controller.signal, clear };
}

async function read(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBodyBytes) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
