import type { DomainEvent, JsonObject } from '#core';
import type { Connection, ConnectionChange, ConnectionStatus, SealedTokens } from './ports.ts';

/** What can happen to a connection. */
export type Step =
  | {
      readonly kind: 'consent';
      readonly scopes: readonly string[];
      readonly polarUserId: string | null;
      readonly tokens: SealedTokens;
    }
  | { readonly kind: 'rescope'; readonly scopes: readonly string[] }
  | { readonly kind: 'falter'; readonly failures: number; readonly reason: string }
  | { readonly kind: 'recover' }
  | { readonly kind: 'lose'; readonly reason: string }
  | { readonly kind: 'remove'; readonly reason: string };

/** The whole status machine: where a step leads from each status. What isn't here changes nothing. */
const transitions: Readonly<Record<Step['kind'], Partial<Record<ConnectionStatus, ConnectionStatus>>>> = {
  consent: {
    active: 'active',
    degraded: 'active',
    needs_reauth: 'active',
    paused: 'active',
    revoked: 'active',
    erased: 'active',
  },
  rescope: { active: 'active', degraded: 'degraded', paused: 'paused' },
  falter: { active: 'degraded' },
  recover: { degraded: 'active' },
  lose: { active: 'needs_reauth', degraded: 'needs_reauth', paused: 'needs_reauth' },
  remove: { active: 'revoked', degraded: 'revoked', needs_reauth: 'revoked', paused: 'revoked' },
};

/** Whether access tokens are given out. */
export const isUsable = (status: ConnectionStatus): boolean => status === 'active' || status === 'degraded';

/** Whether the athlete's relation to the tenant is over: nothing of it is left, so anybody may begin anew. */
export const isOver = (status: ConnectionStatus): boolean => status === 'revoked' || status === 'erased';

/** The connection before its first consent. It never stands in the database. */
export function unborn(id: string, tenant: string, userReference: string, at: Date): Connection {
  return {
    id,
    tenant,
    userReference,
    polarUserId: null,
    scopes: [],
    status: 'revoked',
    statusReason: null,
    lifecycleRevision: 0,
    establishedAt: at,
    updatedAt: at,
  };
}

/** @returns what the step changes, or undefined when it changes nothing */
export function advance(connection: Connection, step: Step, at: Date): ConnectionChange | undefined {
  const status = transitions[step.kind][connection.status];
  if (status === undefined) return undefined;
  if (step.kind === 'rescope' && sameScopes(connection.scopes, step.scopes)) return undefined;
  const told = tell(connection, step);
  return {
    connection: {
      ...connection,
      ...('scopes' in step && { scopes: sorted(step.scopes) }),
      ...(step.kind === 'consent' && {
        polarUserId: accountOf(connection, step.polarUserId),
        establishedAt: isOver(connection.status) ? at : connection.establishedAt,
      }),
      status,
      statusReason: 'reason' in step ? step.reason : null,
      lifecycleRevision: connection.lifecycleRevision + told.length,
      updatedAt: at,
    },
    events: told.map(([type, data], index) =>
      event(connection, type, data, connection.lifecycleRevision + index + 1, at),
    ),
    tokens: step.kind === 'consent' ? step.tokens : step.kind === 'lose' || step.kind === 'remove' ? 'destroy' : 'keep',
    enrol: step.kind === 'consent' || step.kind === 'rescope',
    forgetData: step.kind === 'remove',
  };
}

/** What consumers are told. */
function tell(connection: Connection, step: Step): readonly (readonly [type: string, data: JsonObject])[] {
  switch (step.kind) {
    case 'consent': {
      const type = connection.lifecycleRevision === 0 ? 'ConnectionEstablished' : 'ConnectionRestored';
      const consent = [
        type,
        { scopes: sorted(step.scopes), polarUserId: accountOf(connection, step.polarUserId) },
      ] as const;
      const isNews = connection.lifecycleRevision > 0 && !sameScopes(connection.scopes, step.scopes);
      return isNews ? [consent, rescoped(connection, step.scopes)] : [consent];
    }
    case 'rescope':
      return [rescoped(connection, step.scopes)];
    case 'falter':
      return [['AccessTokenRefreshFailed', { reason: step.reason, failures: step.failures }]];
    case 'recover':
      return [];
    // The provider doesn't say whether the athlete withdrew the consent or it ran out, and its licence asks for deletion.
    case 'lose':
      return [['ConsentRevoked', { reason: step.reason, deletionRequired: true }]];
    case 'remove':
      return [['ConnectionRemoved', { reason: step.reason, deletionRequired: true }]];
  }
}

/** The provider doesn't always tell the account; then it's still the one that we know, unless all is begun anew. */
const accountOf = ({ status, polarUserId }: Connection, told: string | null): string | null =>
  told ?? (isOver(status) ? null : polarUserId);

const rescoped = ({ scopes: before }: Connection, after: readonly string[]) =>
  [
    'ScopesChanged',
    {
      scopes: sorted(after),
      added: sorted(after.filter((scope) => !before.includes(scope))),
      removed: sorted(before.filter((scope) => !after.includes(scope))),
    },
  ] as const;

function event({ id }: Connection, type: string, data: JsonObject, revision: number, at: Date): DomainEvent {
  return {
    type,
    topic: 'connection',
    resource: 'connection',
    identity: [id],
    revision,
    mode: 'live',
    observedAt: at.toISOString(),
    polarModifiedAt: null,
    utcOffsetMinutes: null,
    data,
  };
}

const sorted = (scopes: readonly string[]): readonly string[] => [...new Set(scopes)].toSorted();

const sameScopes = (one: readonly string[], other: readonly string[]): boolean =>
  sorted(one).join(' ') === sorted(other).join(' ');
