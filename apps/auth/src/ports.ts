import type { Tenant, Tenants } from '#core';
import type {
  ConnectLink,
  Connection,
  ConnectionChange,
  ConnectionPage,
  ConsentState,
  Credentials,
  Establishment,
  SealedTokens,
} from '#store';

export type {
  ConnectLink,
  Connection,
  ConnectionChange,
  ConnectionPage,
  ConnectionStatus,
  ConsentState,
  Credentials,
  Establishment,
  SealedTokens,
} from '#store';

/** What this app needs from outside. The module says who provides it; what the methods promise stands there too. */

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
  abstract idleSince(before: Date, limit: number, after?: string): Promise<readonly string[]>;
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
