import { findTenant } from '#core';
import { type Clock, type Ids, Problem } from '#platform';
import type { LinkSigner } from './link-token.ts';
import type {
  ConnectLink,
  ConnectLinkState,
  ConsentStore,
  LinkPage,
  ScopeCatalogue,
  TenantDirectory,
} from './ports.ts';
import type { PublicUrl } from './public-url.ts';
import { tenantPaused } from './tenant-state.ts';

export interface LinkPorts {
  readonly tenants: TenantDirectory;
  readonly catalogue: ScopeCatalogue;
  readonly store: ConsentStore;
  readonly signer: LinkSigner;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly publicUrl: PublicUrl;
}

export interface LinkRequest {
  readonly userReference: string;
  readonly scopes?: readonly string[] | undefined;
  readonly returnUrl?: string | undefined;
}

export interface CreatedLink {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: Date;
}

export interface UnusableLink {
  readonly failure: 'link_invalid' | 'link_expired' | 'link_used' | 'tenant_paused';
  /** Whose link it was, where that is known. */
  readonly tenant?: string | undefined;
}

const lifetimeMs = 3_600_000;

/** Invitations: a tenant asks for one, gives it to an athlete, and the athlete connects with it once. */
export class ConnectLinks {
  private readonly ports: LinkPorts;

  constructor(ports: LinkPorts) {
    this.ports = ports;
  }

  /** @param actor who wants it, for the audit log */
  async create(tenantId: string, request: LinkRequest, actor: string): Promise<CreatedLink> {
    const { tenants, catalogue, store, clock, ids } = this.ports;
    const tenant = tenants.get(tenantId);
    if (tenant.paused) throw tenantPaused();
    const { userReference, scopes = catalogue.of(tenantId), returnUrl = null } = request;
    const unknown = scopes.filter((scope) => !catalogue.all().includes(scope));
    if (unknown.length > 0) throw refused('scopes', unknown.join(' '), catalogue.all());
    if (returnUrl !== null && !tenant.returnUrls.includes(returnUrl))
      throw refused('returnUrl', returnUrl, tenant.returnUrls);

    const id = ids.uuid();
    const expiresAt = new Date(clock.now() + lifetimeMs);
    const link = {
      id,
      tenant: tenantId,
      userReference,
      scopes: [...new Set(scopes)],
      returnUrl,
      expiresAt,
      usedAt: null,
    };
    await store.addLink(link, { actor, action: 'connect_link.created', tenant: tenantId, subject: id });
    return { id, url: this.urlOf(link), expiresAt };
  }

  /** @throws BridgeError NOT_FOUND when there is no such tenant */
  list(page: LinkPage): Promise<readonly ConnectLinkState[]> {
    this.ports.tenants.get(page.tenant);
    return this.ports.store.listLinks(page);
  }

  /** Where a link that has not served yet can be opened once more; null when it is over. */
  again(link: ConnectLink): string | null {
    return link.usedAt === null && link.expiresAt.getTime() > this.ports.clock.now() ? this.urlOf(link) : null;
  }

  private urlOf({ id, expiresAt }: Pick<ConnectLink, 'id' | 'expiresAt'>): string {
    const { signer, publicUrl } = this.ports;
    return `${publicUrl.base}/connect/${signer.sign({ link: id, expiresAt: expiresAt.getTime() })}`;
  }

  /** The link behind a token, or why it can't be used. */
  async open(token: string): Promise<ConnectLink | UnusableLink> {
    const { store, signer, clock, tenants } = this.ports;
    const claim = signer.verify(token);
    const link = claim && (await store.findLink(claim.link));
    const tenant = findTenant(tenants, link?.tenant);
    if (claim !== undefined && claim.expiresAt <= clock.now()) return { failure: 'link_expired', tenant: tenant?.id };
    if (link === undefined || tenant === undefined) return { failure: 'link_invalid' };
    if (tenant.paused) return { failure: 'tenant_paused', tenant: tenant.id };
    return link.usedAt === null ? link : { failure: 'link_used', tenant: tenant.id };
  }
}

function refused(path: string, value: string, allowed: readonly string[]): Problem {
  const choice = allowed.length === 0 ? 'none: the tenant has none' : `one of ${allowed.join(', ')}`;
  return new Problem(400, `The member ${path} has a value that is not allowed.`, {
    code: 'VALIDATION_FAILED',
    errors: [{ path, value, allowed: choice }],
  });
}
