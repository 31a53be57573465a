import type { Tenant, Tenants } from '#core';
import type {
  AdminAction,
  AttemptEnd,
  AuditEntry,
  AuditPage,
  BegunAttempt,
  ChangeOptions,
  ConnectLink,
  ConnectLinkState,
  Connection,
  ConnectionChange,
  ConnectionPage,
  ConsentState,
  Credentials,
  Erasure,
  Establishment,
  LinkFailure,
  LinkPage,
  SealedTokens,
} from '#store';

export type {
  AdminAction,
  AuditEntry,
  AuditOutcome,
  ConnectLink,
  ConnectLinkState,
  Connection,
  ConnectionChange,
  ConnectionPage,
  ConnectionStatus,
  ConsentState,
  Credentials,
  Erasure,
  Establishment,
  LinkPage,
  LinkPosition,
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
    options?: ChangeOptions,
  ): Promise<Connection | undefined>;
  abstract establish<Refusal extends string>(
    establishment: Establishment,
    decide: (
      known: Connection | undefined,
      twin: Connection | undefined,
    ) => Promise<ConnectionChange | Refusal> | ConnectionChange | Refusal,
  ): Promise<Connection | Refusal | 'link_used'>;
  abstract erase(
    id: string,
    topicPrefix: string,
    decide: (connection: Connection) => ConnectionChange | undefined,
    action: AdminAction,
  ): Promise<Erasure | undefined>;
  abstract purgeErased(stopping: AbortSignal): Promise<number>;
}

export abstract class CredentialStore {
  abstract find(connection: string): Promise<Credentials | undefined>;
  abstract exclusively(
    connection: string,
    at: () => Date,
    work: (locked: Credentials) => Promise<SealedTokens | undefined>,
  ): Promise<boolean>;
  abstract rescue(connection: string, version: number, tokens: SealedTokens, at: Date): Promise<boolean>;
  abstract countFailure(connection: string): Promise<number>;
  abstract samplePerKey(): Promise<readonly Credentials[]>;
  abstract idleSince(before: Date, limit: number, after?: string): Promise<readonly string[]>;
}

export abstract class RefreshAttempts {
  abstract begin(connection: string, version: number, seconds: number): Promise<BegunAttempt>;
  abstract end(connection: string, version: number, tries: number, end: AttemptEnd): Promise<void>;
  abstract forgetOutdated(): Promise<void>;
  abstract cutOff(
    tenants: readonly string[],
    tries: number,
    limit: number,
  ): Promise<readonly { readonly connection: string; readonly version: number }[]>;
}

export abstract class ConsentStore {
  abstract addLink(link: ConnectLink, action: AdminAction): Promise<void>;
  abstract findLink(id: string): Promise<ConnectLink | undefined>;
  abstract listLinks(page: LinkPage): Promise<readonly ConnectLinkState[]>;
  abstract noteFailure(link: string, failure: LinkFailure): Promise<void>;
  abstract addState(state: ConsentState): Promise<void>;
  abstract takeState(stateHash: Buffer): Promise<{ state: ConsentState; link: ConnectLink } | undefined>;
  abstract sweep(before: { readonly states: Date; readonly links: Date }): Promise<void>;
}

export abstract class AuditStore {
  abstract list(page: AuditPage): Promise<readonly AuditEntry[]>;
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

/** Whose secret it is. Sealed in, so that a row copied to another connection or column doesn't open. */
export interface SealContext {
  readonly tenant: string;
  readonly connection: string;
  readonly field: 'access' | 'refresh';
}

/**
 * Seals tokens at rest. `LocalSealer` has its keys from the environment; a service that keeps them elsewhere (a KMS) takes
 * its place in the module.
 */
export abstract class Sealer {
  /** Id of the key that seals now; kept beside what it sealed, 1 to 32 characters. */
  abstract get keyId(): string;
  abstract seal(text: string, context: SealContext): Promise<Buffer>;
  /** @throws BridgeError CONFIG_INVALID when the key is missing, or is another one than it was sealed with */
  abstract open(keyId: string, sealed: Buffer, context: SealContext): Promise<string>;
}
