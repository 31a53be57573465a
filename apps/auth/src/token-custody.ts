import { createHash } from 'node:crypto';
import { BridgeError } from '#core';
import { type AppLogger, type Clock, Problem } from '#platform';
import type { Gate } from './gate.ts';
import { advance, holdsTokens, isUsable } from './lifecycle.ts';
import type { Connection, ConnectionStore, CredentialStore, Sealer, TenantDirectory } from './ports.ts';
import type { Refresher } from './refresher.ts';
import { isKnown, requireServed, tenantUnknown } from './tenant-state.ts';
import { type OpenAccessToken, openAccessToken } from './vault.ts';

export interface CustodyPorts {
  readonly tenants: TenantDirectory;
  readonly connections: ConnectionStore;
  readonly credentials: CredentialStore;
  readonly refresher: Refresher;
  readonly sealer: Sealer;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: AppLogger;
}

export interface AccessToken {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** A token that lives shorter than this is not worth handing out. */
export const leastLifeMs = 60_000;
export const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Gives out access tokens, keeps them fresh, and lets no refresh token out. */
export class TokenCustody {
  private readonly ports: CustodyPorts;
  private readonly flights = new Map<string, Promise<AccessToken>>();

  constructor(ports: CustodyPorts) {
    this.ports = ports;
  }

  /**
   * @param rejected fingerprint of a token that the provider answered 401 to: never given out again
   * @throws Problem 404, or 409 with the connection's status, or that the tenant is paused; BridgeErrors of `retry` and `wait`
   */
  async accessToken(id: string, rejected?: string): Promise<AccessToken> {
    const [connection, stored] = await Promise.all([this.usable(id), this.stored(id)]);
    requireServed(this.ports.tenants, connection.tenant);
    const isGood: IsGood = (tokens) => isUsableNow(tokens, rejected, this.ports.clock.now());
    if (stored !== undefined && isGood(stored)) return stored;
    const fresh = await this.singly(connection, isGood);
    // Somebody else's flight may have found the very token good that was rejected here.
    return fingerprint(fresh.accessToken) === rejected ? this.singly(connection, isGood) : fresh;
  }

  /**
   * Refreshes the tokens of a connection that nobody asks for, also of a paused one or of a paused tenant, so that its consent
   * does not run out. Nothing can be done while the tenant is not in the tenant file.
   * @param version of the tokens that are meant, if not those that are stored now: newer ones are left alone
   */
  async keepAlive(id: string, version?: number): Promise<void> {
    const [connection, stored] = await Promise.all([this.known(id), this.stored(id)]);
    if (stored === undefined || !holdsTokens(connection.status)) return;
    if (!isKnown(this.ports.tenants, connection.tenant)) return;
    const meant = version ?? stored.version;
    if (stored.version === meant) await this.singly(connection, (tokens) => tokens.version !== meant);
  }

  /**
   * The poller's verdict that the provider does not accept what we have. Says the same as often as it likes.
   * @param rejected fingerprint of the token; if another one is stored by now, the verdict is out of date
   */
  async reject(id: string, reason: string, rejected?: string): Promise<void> {
    const connection = await this.known(id);
    if (!isKnown(this.ports.tenants, connection.tenant)) throw tenantUnknown();
    // Nobody gives tokens out for a paused one, so what the poller has met is that, and no word of the provider.
    if (!isUsable(connection.status)) return;
    const stored = await this.stored(id);
    if (stored !== undefined && rejected !== undefined && fingerprint(stored.accessToken) !== rejected) return;
    await this.lose(connection, reason, stored?.version ?? 0);
  }

  private singly(connection: Connection, isGood: IsGood): Promise<AccessToken> {
    const known = this.flights.get(connection.id);
    if (known !== undefined) return known;
    const flight = this.ports.gate
      .run(connection.tenant, () => this.refresh(connection, isGood))
      .finally(() => this.flights.delete(connection.id));
    this.flights.set(connection.id, flight);
    return flight;
  }

  private async refresh(connection: Connection, isGood: IsGood): Promise<AccessToken> {
    const { refresher, tenants } = this.ports;
    const result = await refresher.refresh(tenants.get(connection.tenant), connection, isGood);
    if (result.kind === 'tokens') return { accessToken: result.accessToken, expiresAt: result.expiresAt };
    await this.lose(connection, result.reason, result.version);
    throw notUsable(await this.known(connection.id));
  }

  private async lose({ id, tenant, lifecycleRevision }: Connection, reason: string, version: number): Promise<void> {
    const { connections, tenants, clock, log } = this.ports;
    const prefix = tenants.get(tenant).topics.prefix;
    const step = { kind: 'lose', reason } as const;
    const lose = (now: Connection) => advance(now, step, new Date(clock.now()));
    const after = await connections.change(id, prefix, lose, { version });
    if (after !== undefined && after.lifecycleRevision > lifecycleRevision)
      log.warn('consent lost', { tenant, connection: id, reason });
  }

  private async stored(id: string): Promise<OpenAccessToken | undefined> {
    const credentials = await this.ports.credentials.find(id);
    return credentials && openAccessToken(this.ports.sealer, credentials);
  }

  private async usable(id: string): Promise<Connection> {
    const connection = await this.known(id);
    if (!isUsable(connection.status)) throw notUsable(connection);
    return connection;
  }

  private async known(id: string): Promise<Connection> {
    const connection = await this.ports.connections.find(id);
    if (connection === undefined) throw new BridgeError('NOT_FOUND', 'There is no such connection');
    return connection;
  }
}

type IsGood = (tokens: OpenAccessToken) => boolean;

const isUsableNow = (tokens: AccessToken, rejected: string | undefined, now: number): boolean =>
  tokens.expiresAt - now > leastLifeMs && fingerprint(tokens.accessToken) !== rejected;

const notUsable = ({ status, statusReason }: Connection): Problem =>
  new Problem(409, `The connection is ${status}: there is no access token to give out.`, {
    code: 'CONNECTION_NOT_ACTIVE',
    members: { connectionStatus: status, reason: statusReason },
  });
