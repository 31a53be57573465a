import { BridgeError, type Budget, type PolarClientSettings, type Tenant, isBridgeError } from '#core';
import { type Dispatcher, request } from 'undici';
import { type Grant, readAnswer } from './oauth-answer.ts';

const timeoutMs = 10_000;
const maxBodyBytes = 64 * 1024;

/** The provider's authorization server. Each request is paid from the tenant's budget first. */
export class OAuthClient {
  private readonly budget: Budget;
  private readonly now: () => number;
  private readonly dispatcher: Dispatcher | undefined;

  constructor(budget: Budget, now: () => number, dispatcher?: Dispatcher) {
    this.budget = budget;
    this.now = now;
    this.dispatcher = dispatcher;
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
    const permit = await this.budget.charge(tenant.id, 'refresh');
    try {
      return readAnswer(await this.post(tenant.polar, form), this.now());
    } catch (error) {
      if (isBridgeError(error, 'PROVIDER_RATE_LIMITED'))
        await this.budget.pause(tenant.id, error.waitUntil ?? this.nextWindow(tenant));
      throw error;
    } finally {
      await permit.settle();
    }
  }

  private async post({ authUrl, clientId, clientSecret }: PolarClientSettings, form: Readonly<Record<string, string>>) {
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
        ...(this.dispatcher && { dispatcher: this.dispatcher }),
      });
      const retryAfter = headers['retry-after'];
      const text = await read(body);
      return { status: statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined, body: text };
    } catch (error) {
      const late = error instanceof Error && /Timeout|Abort/.test(error.name);
      // Not the error itself as the cause: it may carry the request with the client's secret.
      const fields = { reason: (error as { code?: string }).code ?? (error as Error).name };
      throw late
        ? new BridgeError('PROVIDER_TIMEOUT', 'The token endpoint did not answer in time', { fields })
        : new BridgeError('PROVIDER_UNAVAILABLE', 'The token endpoint cannot be reached', { fields });
    }
  }

  private nextWindow({ quota }: Tenant): number {
    return this.now() + Math.min(...quota.map(({ seconds }) => seconds)) * 1000;
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
