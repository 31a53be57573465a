import { BridgeError, type Budget, type PolarClientSettings, type Tenant, isBridgeError } from '#core';
import { type Dispatcher, request } from 'undici';
import { type Grant, readAnswer } from './oauth-answer.ts';

const maxBodyBytes = 64 * 1024;

export interface OAuthClientOptions {
  readonly budget: Budget;
  readonly now: () => number;
  /** For the whole answer. Less than half of the time for which the budget takes a request to be under way. */
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

  refresh(tenant: Tenant, refreshToken: string): Promise<Grant> {
    return this.grant(tenant, { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  private async grant(tenant: Tenant, form: Readonly<Record<string, string>>): Promise<Grant> {
    const { budget, now } = this.options;
    const permit = await budget.charge(tenant.id, 'refresh');
    try {
      return readAnswer(await this.post(tenant.polar, form), now());
    } catch (error) {
      if (isBridgeError(error, 'PROVIDER_RATE_LIMITED'))
        await budget.pause(tenant.id, error.waitUntil ?? this.nextWindow(tenant));
      throw error;
    } finally {
      // Not waited for: a grant must not be lost because the budget can't be told. Untold, the request ends by itself.
      permit.settle().catch(() => undefined);
    }
  }

  private async post({ authUrl, clientId, clientSecret }: PolarClientSettings, form: Readonly<Record<string, string>>) {
    const { timeoutMs = 10_000, dispatcher } = this.options;
    try {
      const { statusCode, headers, body } = await request(`${authUrl}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        body: new URLSearchParams(form).toString(),
        signal: AbortSignal.timeout(timeoutMs),
        ...(dispatcher && { dispatcher }),
      });
      const retryAfter = headers['retry-after'];
      const text = await read(body);
      return { status: statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined, body: text };
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string };
      const late = /Timeout|Abort/.test(name ?? '');
      // Not the error itself as the cause: it may carry the request with the client's secret.
      const fields = { reason: String(code ?? name) };
      throw late
        ? new BridgeError('PROVIDER_TIMEOUT', 'The token endpoint did not answer in time', { fields })
        : new BridgeError('PROVIDER_UNAVAILABLE', 'The token endpoint cannot be reached', { fields });
    }
  }

  private nextWindow({ quota }: Tenant): number {
    return this.options.now() + Math.min(...quota.map(({ seconds }) => seconds)) * 1000;
  }
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
