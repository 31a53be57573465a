import type { Grant } from './oauth-answer.ts';
import type { Credentials, SealedTokens, Sealer } from './ports.ts';

/** Tokens in the clear. They live in memory for the length of one request. */
export interface OpenTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  readonly version: number;
}

/** What may be handed out. */
export type OpenAccessToken = Omit<OpenTokens, 'refreshToken'>;

interface Owner {
  readonly id: string;
  readonly tenant: string;
}

/**
 * @param refreshToken what goes on if the grant brings no new one
 * @param askedAt epoch ms of the request: the provider may have counted from then
 */
export async function sealGrant(
  sealer: Sealer,
  owner: Owner,
  grant: Grant,
  refreshToken: string,
  askedAt: number,
): Promise<SealedTokens> {
  const tokens = { accessToken: grant.accessToken, refreshToken: grant.refreshToken ?? refreshToken };
  return {
    ...(await sealTokens(sealer, owner, tokens)),
    accessExpiresAt: new Date(askedAt + grant.expiresInSeconds * 1000),
  };
}

/** The same tokens under the current key. @throws BridgeError CONFIG_INVALID when their key doesn't open them */
export async function sealAnew(sealer: Sealer, credentials: Credentials): ReturnType<typeof sealTokens> {
  const owner = { id: credentials.connection, tenant: credentials.tenant };
  return sealTokens(sealer, owner, await openTokens(sealer, credentials));
}

async function sealTokens(
  sealer: Sealer,
  { id, tenant }: Owner,
  tokens: Pick<OpenTokens, 'accessToken' | 'refreshToken'>,
): Promise<Omit<SealedTokens, 'accessExpiresAt'>> {
  const context = { tenant, connection: id };
  return {
    keyId: sealer.keyId,
    accessToken: await sealer.seal(tokens.accessToken, { ...context, field: 'access' }),
    refreshToken: await sealer.seal(tokens.refreshToken, { ...context, field: 'refresh' }),
  };
}

/** @throws BridgeError CONFIG_INVALID when the key doesn't open it */
export async function openAccessToken(sealer: Sealer, credentials: Credentials): Promise<OpenAccessToken> {
  const { tenant, connection, keyId, accessExpiresAt, version } = credentials;
  return {
    accessToken: await sealer.open(keyId, credentials.accessToken, { tenant, connection, field: 'access' }),
    expiresAt: accessExpiresAt.getTime(),
    version,
  };
}

/** @throws BridgeError CONFIG_INVALID when the key doesn't open them */
export async function openTokens(sealer: Sealer, credentials: Credentials): Promise<OpenTokens> {
  const { tenant, connection, keyId } = credentials;
  return {
    ...(await openAccessToken(sealer, credentials)),
    refreshToken: await sealer.open(keyId, credentials.refreshToken, { tenant, connection, field: 'refresh' }),
  };
}
