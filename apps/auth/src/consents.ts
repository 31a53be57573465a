import { createHash, timingSafeEqual } from 'node:crypto';
import { BridgeError, findTenant, type Tenant } from '#core';
import type { AppLogger, Clock, Ids } from '#platform';
import type { AuthMetrics } from './auth-metrics.ts';
import type { ConnectLinks } from './connect-links.ts';
import type { ConsentFailure, ConsentOutcome } from './consent-outcome.ts';
import { advance, unborn } from './lifecycle.ts';
import type { Grant } from './oauth-answer.ts';
import type { OAuthClient } from './oauth-client.ts';
import type { ConnectLink, Connection, ConnectionStore, ConsentStore, Sealer, TenantDirectory } from './ports.ts';
import type { PublicUrl } from './public-url.ts';
import { sealGrant } from './vault.ts';

export interface ConsentPorts {
  readonly tenants: TenantDirectory;
  readonly links: ConnectLinks;
  readonly store: ConsentStore;
  readonly connections: ConnectionStore;
  readonly oauth: OAuthClient;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: AppLogger;
  readonly publicUrl: PublicUrl;
  readonly metrics: AuthMetrics;
}

/** The way to the provider: where to send the browser, and what it has to keep. */
export interface Departure {
  readonly url: string;
  readonly cookie: { readonly name: string; readonly value: string; readonly maxAgeSeconds: number };
}

/** What the provider sends back through the browser. */
export interface Callback {
  readonly state: string | undefined;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly cookies: Readonly<Record<string, string | undefined>>;
}

const stateSeconds = 900;
/** Longer than the state, so that who comes late is told that, and not that it was another browser. */
const cookieSeconds = 3600;
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const cookieName = (stateHash: Buffer): string => `consent-${stateHash.toString('hex').slice(0, 16)}`;

/** The two steps of a consent: out to the provider, and back with a code. */
export class Consents {
  private readonly ports: ConsentPorts;

  constructor(ports: ConsentPorts) {
    this.ports = ports;
  }

  /** A link may be opened as often as the athlete likes, until a consent is completed with it. */
  async begin(token: string): Promise<Departure | ConsentOutcome> {
    const { links, store, oauth, tenants, clock, ids, publicUrl } = this.ports;
    const link = await links.open(token);
    if ('failure' in link) return { kind: 'failed', ...link };
    const state = ids.bytes(32).toString('base64url');
    const nonce = ids.bytes(32).toString('base64url');
    const stateHash = digest(state);
    const expiresAt = new Date(clock.now() + stateSeconds * 1000);
    await store.addState({ stateHash, browserHash: digest(nonce), link: link.id, expiresAt });
    return {
      url: oauth.authorizeUrl(tenants.get(link.tenant), link.scopes, publicUrl.redirectUri, state),
      cookie: { name: cookieName(stateHash), value: nonce, maxAgeSeconds: cookieSeconds },
    };
  }

  async complete(callback: Callback): Promise<ConsentOutcome> {
    const { store } = this.ports;
    const stateHash = digest(callback.state ?? '');
    // Taken before anything is checked: whatever is wrong with this callback, there is no second one.
    const taken = callback.state === undefined ? undefined : await store.takeState(stateHash);
    try {
      const outcome = taken === undefined ? failed('state_unknown') : await this.conclude(callback, taken);
      await this.note(callback, taken?.link, outcome);
      return outcome;
    } catch (error) {
      await this.note(callback, taken?.link, failed('misconfigured', taken?.link));
      throw error;
    }
  }

  /** For the operator: in the log, in the metrics, and beside the link. */
  private async note({ error }: Callback, link: ConnectLink | undefined, outcome: ConsentOutcome): Promise<void> {
    const { metrics, log, store, clock } = this.ports;
    const about = { tenant: link?.tenant ?? null, link: link?.id ?? null };
    metrics.consent(link?.tenant ?? '', outcome);
    if (outcome.kind === 'connected')
      return log.info('consent completed', { ...about, connection: outcome.connection });
    // What the provider says is a code; anything else in its place is nobody's business.
    const detail = error !== undefined && /^[a-z_]{1,40}$/.test(error) ? error : null;
    log.warn('consent failed', { ...about, failure: outcome.failure, detail });
    if (link === undefined) return;
    const failure = { code: outcome.failure, detail, at: new Date(clock.now()) };
    // The athlete's answer does not depend on what is kept of it.
    await store
      .noteFailure(link.id, failure)
      .catch((error: unknown) => log.warn('failure not noted', { ...about, error }));
  }

  private async conclude({ state, code, error, cookies }: Callback, taken: TakenState): Promise<ConsentOutcome> {
    const { clock, tenants } = this.ports;
    const { link } = taken;
    const stateHash = digest(state ?? '');
    // First of all: what follows tells of the link, which is nobody else's business.
    if (!timingSafeEqual(digest(cookies[cookieName(stateHash)] ?? ''), taken.state.browserHash))
      return failed('other_browser');
    if (taken.state.expiresAt.getTime() <= clock.now()) return failed('state_expired', link);
    if (link.usedAt !== null) return failed('link_used', link);
    const tenant = findTenant(tenants, link.tenant);
    if (tenant === undefined) return failed('link_invalid');
    if (error !== undefined) return failed(error === 'access_denied' ? 'access_denied' : 'provider_refused', link);
    if (code === undefined) return failed('provider_refused', link);
    return this.connect(tenant, link, code);
  }

  private async connect(tenant: Tenant, link: ConnectLink, code: string): Promise<ConsentOutcome> {
    const { oauth, clock, log, publicUrl } = this.ports;
    const askedAt = clock.now();
    try {
      const grant = await oauth.exchange(tenant, code, publicUrl.redirectUri);
      const connection = await this.establish(tenant, link, grant, askedAt);
      return typeof connection === 'string'
        ? failed(connection, link)
        : { kind: 'connected', link, connection: connection.id };
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      log.warn('code exchange failed', { tenant: tenant.id, error });
      return failed(failureOf(error), link);
    }
  }

  private establish(
    tenant: Tenant,
    link: ConnectLink,
    grant: Grant,
    askedAt: number,
  ): Promise<Connection | ConsentFailure> {
    const { connections, sealer, clock, ids } = this.ports;
    const { refreshToken, polarUserId } = grant;
    if (refreshToken === null)
      throw new BridgeError('PROVIDER_BODY_BROKEN', 'The token endpoint gave no refresh token');
    const at = new Date(clock.now());
    const about = { tenant: tenant.id, userReference: link.userReference };
    const establishment = { ...about, link: link.id, polarUserId, topicPrefix: tenant.topics.prefix, at };
    return connections.establish(establishment, async (known, twin) => {
      if (twin !== undefined) return 'account_in_use';
      if (known !== undefined && isOtherAccount(known, polarUserId)) return 'account_differs';
      const connection = known ?? unborn(ids.uuid(), about.tenant, about.userReference, at);
      const tokens = await sealGrant(sealer, connection, grant, refreshToken, askedAt);
      const step = { kind: 'consent', scopes: grant.scopes ?? link.scopes, polarUserId, tokens } as const;
      return advance(connection, step, at) ?? 'link_invalid';
    });
  }
}

type TakenState = NonNullable<Awaited<ReturnType<ConsentStore['takeState']>>>;

/** One stream holds one athlete. Only after a disconnect, when nothing is left of the first, may another one follow. */
const isOtherAccount = (known: Connection, told: string | null): boolean =>
  told !== null && known.polarUserId !== null && known.polarUserId !== told;

const failed = (failure: ConsentFailure, link?: ConnectLink): ConsentOutcome => ({
  kind: 'failed',
  failure,
  ...(link && { link }),
});

function failureOf({ code, disposition }: BridgeError): ConsentFailure {
  if (code === 'TOKEN_REJECTED') return 'code_rejected';
  return disposition === 'retry' || disposition === 'wait' ? 'provider_unavailable' : 'misconfigured';
}
