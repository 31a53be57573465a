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
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'remove'; readonly reason: string }
  | { readonly kind: 'erase'; readonly reason: string };

/** `unborn` is a connection before its first consent. It never stands in the database. */
type From = ConnectionStatus | 'unborn';

/** The whole status machine: where a step leads from each status. What isn't here changes nothing. */
export const transitions: Readonly<Record<Step['kind'], Partial<Record<From, ConnectionStatus>>>> = {
  consent: { unborn: 'active', active: 'active', degraded: 'active', needs_reauth: 'active', paused: 'active' },
  rescope: { active: 'active', degraded: 'degraded', paused: 'paused' },
  falter: { active: 'degraded' },
  recover: { degraded: 'active' },
  lose: { active: 'needs_reauth', degraded: 'needs_reauth', paused: 'needs_reauth' },
  pause: { active: 'paused', degraded: 'paused' },
  resume: { paused: 'active' },
  remove: { active: 'revoked', degraded: 'revoked', needs_reauth: 'revoked', paused: 'revoked' },
  erase: { active: 'erased', degraded: 'erased', needs_reauth: 'erased', paused: 'erased', revoked: 'erased' },
};

/** Whether access tokens are given out. */
export const isUsable = (status: ConnectionStatus): boolean => status === 'active' || status === 'degraded';

/** Whether there are tokens that have to be kept alive. */
export const holdsTokens = (status: ConnectionStatus): boolean => isUsable(status) || status === 'paused';

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
  const status = transitions[step.kind][isUnborn(connection) ? 'unborn' : connection.status];
  if (status === undefined) return undefined;
  if (step.kind === 'rescope' && sameScopes(connection.scopes, step.scopes)) return undefined;
  const told = tell(connection, step);
  return {
    connection: {
      ...connection,
      ...('scopes' in step && { scopes: sorted(step.scopes) }),
      ...(step.kind === 'consent' && {
        polarUserId: accountOf(connection, step),
        establishedAt: hasToBeToldAnew(connection) ? at : connection.establishedAt,
      }),
      ...(step.kind === 'erase' && { userReference: '', polarUserId: null, scopes: [] }),
      status,
      statusReason: 'reason' in step ? step.reason : status === connection.status ? connection.statusReason : null,
      lifecycleRevision: connection.lifecycleRevision + told.length,
      updatedAt: at,
    },
    events: told.map(([type, data], index) =>
      event(connection, type, data, connection.lifecycleRevision + index + 1, at),
    ),
    tokens: tokensAfter(step),
    enrol: ['consent', 'rescope', 'resume'].includes(step.kind),
    tellAnew: step.kind === 'lose' && isWithdrawn(step.reason),
    forgetData: step.kind === 'remove' || step.kind === 'erase',
    forgetAthlete: step.kind === 'erase',
  };
}

/** What was lost on the way or by us withdraws nothing; after all else that costs a consent, its data has to be deleted. */
const isWithdrawn = (reason: string | null): boolean => reason !== 'refresh_answer_lost' && reason !== 'tokens_missing';

/** Consumers have deleted what they had, so a new consent begins with the days before it, as a first one does. */
const hasToBeToldAnew = ({ status, statusReason }: Connection): boolean =>
  status === 'needs_reauth' && isWithdrawn(statusReason);

const isUnborn = ({ lifecycleRevision }: Connection): boolean => lifecycleRevision === 0;

function tokensAfter(step: Step): ConnectionChange['tokens'] {
  if (step.kind === 'consent') return step.tokens;
  return ['lose', 'remove', 'erase'].includes(step.kind) ? 'destroy' : 'keep';
}

/** What consumers are told. */
function tell(connection: Connection, step: Step): readonly (readonly [type: string, data: JsonObject])[] {
  switch (step.kind) {
    case 'consent': {
      const about = { scopes: sorted(step.scopes), polarUserId: accountOf(connection, step), reason: 'consent_given' };
      if (isUnborn(connection)) return [['ConnectionEstablished', about]];
      const restored = ['ConnectionRestored', about] as const;
      return sameScopes(connection.scopes, step.scopes) ? [restored] : [restored, rescoped(connection, step.scopes)];
    }
    case 'rescope':
      return [rescoped(connection, step.scopes)];
    case 'falter':
      return [['AccessTokenRefreshFailed', { reason: step.reason, failures: step.failures }]];
    case 'recover':
      return [['ConnectionRestored', { ...consentOf(connection), reason: 'refresh_recovered' }]];
    case 'pause':
      return [['ConnectionPaused', { reason: step.reason }]];
    case 'resume':
      return [['ConnectionRestored', { ...consentOf(connection), reason: 'resumed' }]];
    // The provider doesn't say whether the athlete withdrew the consent or it ran out, and its licence asks for deletion.
    case 'lose':
      return [['ConsentRevoked', { reason: step.reason, deletionRequired: isWithdrawn(step.reason) }]];
    case 'remove':
      return [['ConnectionRemoved', { reason: step.reason, deletionRequired: true }]];
    case 'erase':
      return [['ConnectionErased', { reason: step.reason, deletionRequired: true }]];
  }
}

const consentOf = ({ scopes, polarUserId }: Connection) => ({ scopes: sorted(scopes), polarUserId });

/** The provider doesn't always tell the account; then it's still the one that we know. */
const accountOf = ({ polarUserId }: Connection, told: { readonly polarUserId: string | null }): string | null =>
  told.polarUserId ?? polarUserId;

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
