import type { DomainEvent, Tenant, Tenants } from '#core';

/** What this app needs from outside, in its own words. The module says who provides it. */

export type ConnectionStatus = 'active' | 'degraded' | 'needs_reauth' | 'revoked' | 'paused' | 'erased';

/** One athlete's consent to one tenant. */
export interface Connection {
  readonly id: string;
  readonly tenant: string;
  readonly userReference: string;
  readonly polarUserId: string | null;
  readonly scopes: readonly string[];
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  readonly lifecycleRevision: number;
  readonly establishedAt: Date;
  readonly updatedAt: Date;
}

export interface SealedTokens {
  readonly keyId: string;
  readonly accessToken: Buffer;
  readonly refreshToken: Buffer;
  readonly accessExpiresAt: Date;
}

export interface Credentials extends SealedTokens {
  readonly connection: string;
  readonly tenant: string;
  readonly version: number;
}

/** What a lifecycle step does. All of it happens in one transaction, or none. */
export interface ConnectionChange {
  readonly connection: Connection;
  readonly events: readonly DomainEvent[];
  readonly tokens: SealedTokens | 'keep' | 'destroy';
  readonly enrol: boolean;
  readonly forgetData: boolean;
}

export interface ConnectLink {
  readonly id: string;
  readonly tenant: string;
  readonly userReference: string;
  readonly scopes: readonly string[];
  readonly returnUrl: string | null;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export interface ConsentState {
  readonly stateHash: Buffer;
  readonly browserHash: Buffer;
  readonly link: string;
  readonly expiresAt: Date;
}

export interface ConnectionPage {
  readonly tenant: string;
  readonly status?: ConnectionStatus;
  readonly after?: string;
  readonly limit: number;
}

export interface Establishment {
  readonly link: string;
  readonly tenant: string;
  readonly userReference: string;
  readonly polarUserId: string | null;
  readonly topicPrefix: string;
  readonly at: Date;
}

export abstract class ConnectionStore {
  abstract find(id: string): Promise<Connection | undefined>;
  abstract list(page: ConnectionPage): Promise<readonly Connection[]>;
  abstract change(
    id: string,
    topicPrefix: string,
    decide: (connection: Connection) => ConnectionChange | undefined,
    /** Only if the tokens still are of this version. */
    version?: number,
  ): Promise<Connection | undefined>;
  abstract establish<Refusal extends string>(
    establishment: Establishment,
    decide: (known: Connection | undefined, twin: Connection | undefined) => ConnectionChange | Refusal,
  ): Promise<Connection | Refusal | 'link_used'>;
}

export abstract class CredentialStore {
  abstract find(connection: string): Promise<Credentials | undefined>;
  abstract exclusively(
    connection: string,
    at: () => Date,
    work: (locked: Credentials) => Promise<SealedTokens | undefined>,
  ): Promise<boolean>;
  abstract rescue(connection: string, version: number, tokens: SealedTokens, at: Date): Promise<void>;
  abstract countFailure(connection: string): Promise<number>;
  abstract samplePerKey(): Promise<readonly Credentials[]>;
  abstract idleSince(before: Date, limit: number): Promise<readonly string[]>;
}

export abstract class ConsentStore {
  abstract addLink(link: ConnectLink): Promise<void>;
  abstract findLink(id: string): Promise<ConnectLink | undefined>;
  abstract addState(state: ConsentState): Promise<void>;
  abstract takeState(stateHash: Buffer): Promise<{ state: ConsentState; link: ConnectLink } | undefined>;
  abstract sweep(before: Date): Promise<void>;
}

/** Which scopes a tenant's resources need. */
export abstract class ScopeCatalogue {
  /** Every scope that may be asked for. */
  abstract all(): readonly string[];
  abstract of(tenant: string): readonly string[];
}

/** Where tenants are looked up. */
export abstract class TenantDirectory implements Tenants {
  abstract get(id: string): Tenant;
  abstract all(): readonly Tenant[];
}
