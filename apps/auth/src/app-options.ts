import type { AuthEnv } from '#config';
import type { AppOptions } from '#platform';
import { PublicUrl } from './public-url.ts';

/** How the HTTP server is set up: the same in tests. */
export const appOptions = (env: AuthEnv): AppOptions => ({
  name: 'auth',
  tokens: ['admin', 'internal'],
  isSecure: new PublicUrl(env.PUBLIC_URL).isSecure,
  trustedProxies: env.TRUSTED_PROXIES,
});
