import type { Dispatch } from './request.ts';

/** Where access tokens come from. */
export interface TokenSource {
  /**
   * @throws BridgeError TOKEN_REJECTED when the connection needs a new consent, AUTH_UNAVAILABLE when auth can't tell,
   *   TENANT_NOT_SERVED while the tenant is paused or not in the tenant file
   */
  accessToken(connection: string): Promise<string>;
  /** The provider answered 401 to this token: the next one has to be another. */
  refused(connection: string, accessToken: string): void;
}

/** Adds the athlete's token. A 401 gets one more try with a fresh token; a second one is the caller's to judge. */
export function withAuth(tokens: TokenSource, next: Dispatch): Dispatch {
  return async (request) => {
    const attempt = async (token: string): ReturnType<Dispatch> =>
      next({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
    const token = await tokens.accessToken(request.connection);
    const response = await attempt(token);
    if (response.status !== 401) return response;
    tokens.refused(request.connection, token);
    return attempt(await tokens.accessToken(request.connection));
  };
}
