import { generateKeyPairSync } from 'node:crypto';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Context, type Grant, type Interaction, Provider } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { TenantClient } from './auth.fixture.ts';

/** What the server does, and can be told to do otherwise for a while. */
export interface Manners {
  /** A refresh token is replaced when it is used; the second use of one ends the whole grant. */
  rotate: boolean;
  deny: boolean;
  /** The scopes that the athlete does not give. */
  withhold: readonly string[];
  /** The token endpoint does its work, and the connection breaks before the answer is out. */
  loseAnswers: boolean;
}

export interface OidcServer {
  readonly authUrl: string;
  readonly manners: Manners;
  /** How many requests reached the token endpoint. */
  tokenRequests(): number;
  /** An athlete logs in and consents: the callback that the browser is sent to. */
  consent(authorize: URL, athlete: string): Promise<string>;
  /** Asks the token endpoint as anybody could who has the client's secret. */
  token(client: TenantClient, form: Readonly<Record<string, string>>): Promise<{ status: number; body: TokenBody }>;
  /** RFC 7662. */
  introspect(client: TenantClient, token: string): Promise<{ readonly active: boolean; readonly scope?: string }>;
  /** RFC 7009: of a refresh token, the whole grant goes with it. */
  revoke(client: TenantClient, token: string): Promise<void>;
  /** The athlete takes scopes back and keeps the consent. */
  narrow(athlete: string, scopes: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

interface TokenBody {
  readonly error?: string;
  readonly refresh_token?: string;
}

/** Seconds. */
export const accessTokenLife = 600;
const day = 86_400;

/** The certified OpenID provider as the authorization server: it knows nothing of ours, and keeps to the letter of the RFCs. */
export async function startOidcServer(
  clients: readonly TenantClient[],
  scopes: readonly string[],
  redirectUri: string,
): Promise<OidcServer> {
  const manners: Manners = { rotate: true, deny: false, withhold: [], loseAnswers: false };
  const grants = new Map<string, string>();
  let tokenRequests = 0;
  let listener: RequestListener | undefined;
  const server = createServer((request, response) => listener?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(issuer, configuration(clients, scopes, redirectUri, manners));
  provider.use(async (context, next) => {
    if (context.path.startsWith('/interaction/')) await interact(provider, context, manners, grants);
    else await next();
    if (context.path !== '/oauth/token') return;
    tokenRequests += 1;
    if (manners.loseAnswers) context.req.socket.destroy();
  });
  listener = provider.callback();

  const post = (path: string, { id, secret }: TenantClient, form: Readonly<Record<string, string>>) =>
    fetch(`${issuer}/oauth/${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { authorization: `Basic ${btoa([id, secret].map(encodeURIComponent).join(':'))}` },
    });
  return {
    authUrl: `${issuer}/oauth`,
    manners,
    tokenRequests: () => tokenRequests,
    consent: (authorize, athlete) => browse(authorize, athlete, redirectUri),
    token: async (client, form) => {
      const reply = await post('token', client, form);
      return { status: reply.status, body: (await reply.json()) as TokenBody };
    },
    introspect: async (client, token) => (await post('introspection', client, { token })).json() as never,
    revoke: async (client, token) => {
      const { status } = await post('revocation', client, { token });
      if (status !== 200) throw new Error(`the revocation was answered ${String(status)}`);
    },
    narrow: async (athlete, lost) => {
      const grant = await provider.Grant.find(grants.get(athlete) ?? '');
      if (grant === undefined) throw new Error(`${athlete} has given no grant`);
      grant.rejectOIDCScope(lost.join(' '));
      await grant.save();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function configuration(
  clients: readonly TenantClient[],
  scopes: readonly string[],
  redirectUri: string,
  manners: Manners,
): Readonly<Record<string, unknown>> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const allowed = { enabled: true, allowedPolicy: () => true };
  return {
    adapter: createMemoryAdapter(),
    clients: clients.map(({ id, secret }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    })),
    scopes,
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    cookies: { keys: ['a key for the tests'] },
    // The names that Polar's authorization server has.
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      introspection: '/oauth/introspection',
      revocation: '/oauth/revocation',
    },
    features: { devInteractions: { enabled: false }, introspection: allowed, revocation: allowed },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Polar gives a refresh token without being asked for offline access.
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    rotateRefreshToken: () => manners.rotate,
    ttl: {
      AccessToken: accessTokenLife,
      AuthorizationCode: 60,
      Grant: 100 * day,
      Interaction: 3600,
      RefreshToken: 100 * day,
      Session: day,
    },
  };
}

/** Stands in for the login and the consent page: the athlete is whom the login hint names, and agrees unless told otherwise. */
async function interact(
  provider: Provider,
  context: Context,
  manners: Manners,
  grants: Map<string, string>,
): Promise<void> {
  const { req, res } = context;
  const interaction = await provider.interactionDetails(req, res);
  const result = manners.deny
    ? { error: 'access_denied', error_description: 'the athlete says no' }
    : await agree(provider, interaction, manners, grants);
  context.redirect(await provider.interactionResult(req, res, result));
}

async function agree(
  provider: Provider,
  { prompt, params, session }: Interaction,
  { withhold }: Manners,
  grants: Map<string, string>,
): Promise<object> {
  if (prompt.name === 'login') return { login: { accountId: params['login_hint'] } };
  const accountId = session?.accountId ?? '';
  const grant: Grant = new provider.Grant({ accountId, clientId: params['client_id'] ?? '' });
  const missing = prompt.details.missingOIDCScope ?? [];
  grant.addOIDCScope(missing.filter((scope) => !withhold.includes(scope)).join(' '));
  grant.rejectOIDCScope(missing.filter((scope) => withhold.includes(scope)).join(' '));
  const grantId = await grant.save();
  grants.set(accountId, grantId);
  return { consent: { grantId } };
}

/** Follows the redirects as a browser does, with cookies, up to the one that leaves the provider. */
async function browse(authorize: URL, athlete: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(authorize);
  url.searchParams.set('login_hint', athlete);
  for (let step = 0; step < 10; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = reply.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${String(reply.status)}: ${await reply.text()}`);
    if (location.startsWith(redirectUri)) return location;
    url = new URL(location, url);
  }
  throw new Error('the provider redirects for ever');
}
