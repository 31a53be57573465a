import type { EncryptionKey } from '#config';
import { baseUrl, isUrl } from '#config';
import { type Budget, type Tenant, type Verdict, isBridgeError, listed, times, verdict } from '#core';
import type { Ids } from '#platform';
import { createCredentialStore, type Database } from '#store';
import { LocalSealer } from '../local-sealer.ts';
import { OAuthClient } from '../oauth-client.ts';
import { PublicUrl } from '../public-url.ts';
import { openTokens } from '../vault.ts';

/** Whether the keys open what is stored: the newest and the oldest tokens under each. @param db as auth's role */
export async function lookAtKeys(db: Database, keys: readonly EncryptionKey[], ids: Ids): Promise<readonly Verdict[]> {
  const sealer = new LocalSealer(keys, (bytes) => ids.bytes(bytes));
  const credentials = createCredentialStore(db);
  const counts = await credentials.countPerKey();
  const known = keys.map(({ id }) => id);
  const missing = [...counts].filter(([id]) => !known.includes(id));
  const wrong = missing.map(([id, rows]) =>
    verdict.broken(
      `The encryption key "${id}", which has sealed the tokens of ${times(rows, 'connection')}, is not in ENCRYPTION_KEYS (${listed(known, known.length)}).`,
      `Put "${id}" back behind the first key, and restart auth. Where it is lost, those athletes have to consent again.`,
    ),
  );
  const refused = new Set<string>();
  for (const row of await credentials.samplePerKey()) {
    if (!known.includes(row.keyId) || refused.has(row.keyId)) continue;
    try {
      await openTokens(sealer, row);
    } catch (error) {
      if (!isBridgeError(error, 'CONFIG_INVALID')) throw error;
      refused.add(row.keyId);
    }
  }
  for (const id of refused)
    wrong.push(
      verdict.broken(
        `The encryption key "${id}" of ENCRYPTION_KEYS does not open what was sealed under its id: it is another key.`,
        `Put the bytes back that "${id}" had. A new key gets a new id, in front of the old one.`,
      ),
    );
  if (wrong.length > 0) return wrong;
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [verdict.ok(`The keys open the tokens of ${times(rows, 'connection')}; "${sealer.keyId}" is current.`)];
}

export interface ClientPorts {
  readonly budget: Budget;
  readonly ids: Ids;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Tenants that the provider is asked about at the same time. */
const atOnce = 8;

/**
 * Whether the provider knows each tenant's client id and secret. It is asked to refresh a token that it has never given out:
 * a client that it does not know is refused before it looks at the token (RFC 6749, section 5.2). One request of each tenant.
 */
export async function lookAtClients(
  tenants: readonly Tenant[],
  { budget, ids, now }: ClientPorts,
): Promise<readonly Verdict[]> {
  const client = new OAuthClient({ budget, now });
  const ask = async (tenant: Tenant): Promise<readonly Verdict[]> => {
    try {
      await client.refresh(tenant, ids.uuid());
    } catch (error) {
      return verdictOf(tenant, error);
    }
    return [];
  };
  const wrong: Verdict[] = [];
  for (let from = 0; from < tenants.length; from += atOnce) {
    const found = await Promise.all(tenants.slice(from, from + atOnce).map(ask));
    wrong.push(...found.flat());
  }
  if (wrong.length > 0) return wrong;
  return [verdict.ok(`The provider knows the client id and secret of ${times(tenants.length, 'tenant')}.`)];
}

function verdictOf({ id, polar }: Tenant, error: unknown): readonly Verdict[] {
  // The token is no good: so the client is.
  if (isBridgeError(error, 'TOKEN_REJECTED')) return [];
  const endpoint = `The provider's token endpoint`;
  const where = `${polar.authUrl}/token (authUrl of tenant ${id})`;
  const correct = 'Correct `authUrl` in the tenant file, or leave it out: the default is right for Polar.';
  if (isBridgeError(error, 'PROVIDER_REJECTED')) {
    const { status, reason } = error.fields;
    if (status === 401 || reason === 'invalid_client')
      return [
        verdict.broken(
          `The provider refuses the client secret of tenant ${id} (client id ${polar.clientId}).`,
          `Put the secret where \`clientSecret\` of ${id} in the tenant file points, as Polar shows it for that client.`,
        ),
      ];
    const answer = `${String(status)}${reason === 'none' ? '' : `, ${String(reason)}`}`;
    return [verdict.broken(`${endpoint} is not at ${where}, or takes no refresh: it answers ${answer}.`, correct)];
  }
  if (isBridgeError(error, 'PROVIDER_BODY_BROKEN'))
    return [verdict.broken(`${endpoint} is not at ${where}: it answers 200, without a token.`, correct)];
  if (isBridgeError(error, 'PROVIDER_UNAVAILABLE') || isBridgeError(error, 'PROVIDER_TIMEOUT'))
    return [
      verdict.broken(
        `${endpoint} cannot be reached: ${where}.`,
        'Look at the way out of this network (egress rules, proxy, DNS), and at `authUrl` in the tenant file.',
      ),
    ];
  if (isBridgeError(error, 'BUDGET_EXHAUSTED') || isBridgeError(error, 'PROVIDER_RATE_LIMITED'))
    return [verdict.skipped(`Not asked for tenant ${id}: no request is left for now.`)];
  throw error;
}

/** Whether athletes can be sent to where auth is. */
export function lookAtPublicUrl(url: string): readonly Verdict[] {
  const { redirectUri, isSecure } = new PublicUrl(url);
  if (!isUrl(url, baseUrl))
    return [
      verdict.broken(
        `PUBLIC_URL is "${url}"; allowed: ${baseUrl.allowed}.`,
        `Set it to an https address that leads to auth, or athletes' codes and cookies go in the clear; register ${redirectUri.replace(/^http:/, 'https:')} at Polar.`,
      ),
    ];
  if (!isSecure)
    return [
      verdict.warn(
        `PUBLIC_URL is "${url}", which only this machine reaches.`,
        'Good for a try; athletes need an https address.',
      ),
    ];
  return [verdict.ok(`Athletes come back to ${redirectUri}, which has to be registered at Polar.`)];
}
