import type { Grant } from './oauth-answer.ts';
import type { Credentials, SealedTokens } from './ports.ts';
import type { Sealer } from './sealer.ts';

/** Tokens in the clear. They live in memory for the length of one request. */
export interface OpenTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  readonly version: number;
}

interface Owner {
  readonly id: string;
  readonly tenant: string;
}

/**
 * @param refreshToken what goes on if the grant brings no new one
 * @param askedAt epoch ms of the request: the provider may have counted from then
 */
export function sealGrant(
  sealer: Sealer,
  owner: Owner,
  grant: Grant,
  refreshToken: string,
  askedAt: number,
): SealedTokens {
  const context = { tenant: owner.tenant, connection: owner.id };
  return {
    keyId: sealer.keyId,
    accessToken: sealer.seal(grant.accessToken, { ...context, field: 'access' }),
    refreshToken: sealer.seal(grant.refreshToken ?? refreshToken, { ...context, field: 'refresh' }),
    accessExpiresAt: new Date(askedAt + grant.expiresInSeconds * 1000),
  };
}

/** @throws BridgeError CONFIG_INVALID when the key doesn't open them */
export function openTokens(sealer: Sealer, credentials: Credentials): OpenTokens {
  const { tenant, connection, keyId, accessExpiresAt, version } = credentials;
  return {
    accessToken: sealer.open(keyId, credentials.accessToken, { tenant, connection, field: 'access' }),
    refreshToken: sealer.open(keyId, credentials.refreshToken, { tenant, connection, field: 'refresh' }),
    expiresAt: accessExpiresAt.getTime(),
    version,
  };
}
