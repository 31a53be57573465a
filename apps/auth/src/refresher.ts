import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeError, type Tenant, isBridgeError } from '#core';
import type { AppLogger, Clock } from '#platform';
import type { AuthMetrics } from './auth-metrics.ts';
import { type Step, advance } from './lifecycle.ts';
import type { Grant } from './oauth-answer.ts';
import { type OAuthClient, tokenRequestMs } from './oauth-client.ts';
import type { Connection, ConnectionStore, CredentialStore, RefreshAttempts, SealedTokens, Sealer } from './ports.ts';
import { type OpenTokens, openTokens, sealGrant } from './vault.ts';

export interface RefreshPorts {
  readonly connections: ConnectionStore;
  readonly credentials: CredentialStore;
  readonly attempts: RefreshAttempts;
  readonly oauth: OAuthClient;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: AppLogger;
  readonly metrics: AuthMetrics;
  /** How long to wait, in ms, before tokens are read or written once more. */
  readonly secondThoughtMs: number;
}

export type RefreshResult =
  | { readonly kind: 'tokens'; readonly accessToken: string; readonly expiresAt: number }
  /** The provider takes these tokens no more. */
  | { readonly kind: 'lost'; readonly version: number; readonly reason: LossReason };

/**
 * `refresh_answer_lost`: an earlier answer with new tokens never arrived here, and the provider has no patience with the old ones;
 * `tokens_missing`: we have none, since the connection is younger than the backup that the database was restored from.
 */
export type LossReason = 'invalid_grant' | 'refresh_answer_lost' | 'tokens_missing';

/** Longer than a request can be under way, whoever sent it. */
const longestFlightSeconds = tokenRequestMs / 1000 + 2;

/** So many failures in a row are told to the consumers. */
const patience = 5;

interface Concluded {
  readonly outcome: 'refreshed' | 'found_fresh' | 'lost';
  readonly result: RefreshResult;
}

/** What the locked part came to. */
interface Attempt {
  open?: OpenTokens;
  /** How many requests with these tokens may have reached the provider. */
  tries: number;
  granted?: { readonly grant: Grant; readonly tokens: SealedTokens };
  /** Why the request failed: the end of the transaction may fail, too, and must not hide it. */
  failure?: unknown;
}

type IsGood = (tokens: OpenTokens) => boolean;

/**
 * Exchanges a refresh token for new tokens: never twice at the same time, over all processes, and never used before
 * they are stored. Only `invalid_grant` costs the consent; whatever passes by itself doesn't.
 */
export class Refresher {
  private readonly ports: RefreshPorts;

  constructor(ports: RefreshPorts) {
    this.ports = ports;
  }

  /** @param isGood says whether stored tokens do: another process may have been faster */
  async refresh(tenant: Tenant, connection: Connection, isGood: IsGood): Promise<RefreshResult> {
    const { metrics } = this.ports;
    try {
      const { outcome, result } = await this.exchange(tenant, connection, isGood);
      metrics.refresh(tenant.id, outcome);
      return result;
    } catch (error) {
      metrics.refresh(tenant.id, 'failed');
      throw error;
    }
  }

  private async exchange(tenant: Tenant, connection: Connection, isGood: IsGood): Promise<Concluded> {
    const attempt: Attempt = { tries: 0 };
    try {
      await this.locked(tenant, connection, isGood, attempt);
    } catch (end) {
      const error = attempt.failure ?? end;
      const version = attempt.open?.version ?? 0;
      if (isBridgeError(error, 'TOKEN_REJECTED'))
        return this.lookAgain(connection.id, version, attempt.tries > 1 ? 'refresh_answer_lost' : 'invalid_grant');
      if (attempt.granted === undefined) throw await this.failed(tenant, connection, error);
      const isStored = await this.rescue(connection.id, version, attempt.granted.tokens, error);
      // Whoever stands still for long is overtaken. What isn't stored isn't given out.
      if (!isStored) return this.lookAgain(connection.id, version, 'refresh_answer_lost');
    }
    const { granted, open } = attempt;
    if (granted === undefined) return open === undefined ? lost(0, 'tokens_missing') : foundFresh(open);
    await this.settle(tenant, connection.id, granted.grant, (open?.version ?? 0) + 1);
    const expiresAt = granted.tokens.accessExpiresAt.getTime();
    return { outcome: 'refreshed', result: { kind: 'tokens', accessToken: granted.grant.accessToken, expiresAt } };
  }

  private locked(tenant: Tenant, connection: Connection, isGood: IsGood, attempt: Attempt): Promise<boolean> {
    const { credentials, sealer, clock } = this.ports;
    const at = (): Date => new Date(clock.now());
    return credentials.exclusively(connection.id, at, async (row) => {
      const open = await openTokens(sealer, row);
      attempt.open = open;
      if (isGood(open)) return undefined;
      const askedAt = clock.now();
      const grant = await this.send(tenant, connection, open, attempt);
      const tokens = await sealGrant(sealer, connection, grant, open.refreshToken, askedAt);
      attempt.granted = { grant, tokens };
      return tokens;
    });
  }

  /**
   * Notes that the request goes out before it does, and what is known of its end: a process that dies in between leaves
   * the note, and its successor neither sends a second request beside the first nor takes a lost answer for a withdrawn consent.
   */
  private async send(tenant: Tenant, { id }: Connection, open: OpenTokens, attempt: Attempt): Promise<Grant> {
    const { attempts, oauth, log } = this.ports;
    const announce = async (): Promise<void> => {
      const begun = await attempts.begin(id, open.version, longestFlightSeconds);
      if (begun.kind === 'under_way') throw underWay(begun.until);
      attempt.tries = begun.tries;
    };
    try {
      return await oauth.refresh(tenant, open.refreshToken, announce);
    } catch (error) {
      attempt.failure = error;
      const end = attempt.tries === 0 ? undefined : endOf(error);
      if (end !== undefined)
        await attempts
          .end(id, open.version, attempt.tries, end)
          .catch((failure: unknown) => log.warn('end of a refresh not noted', { connection: id, error: failure }));
      throw error;
    }
  }

  /** Another process may have got new tokens with this one and lost its lock before it could store them. */
  private async lookAgain(id: string, version: number, reason: LossReason): Promise<Concluded> {
    await sleep(this.ports.secondThoughtMs);
    const row = await this.ports.credentials.find(id);
    if (row === undefined || row.version === version) return lost(version, reason);
    return foundFresh(await openTokens(this.ports.sealer, row));
  }

  /**
   * The provider has given new tokens and the transaction broke: without these the consent would be gone.
   * @returns whether they are stored
   */
  private async rescue(id: string, version: number, tokens: SealedTokens, cause: unknown): Promise<boolean> {
    const { credentials, clock, log, secondThoughtMs } = this.ports;
    log.error('tokens were not stored, trying again', { connection: id, error: cause });
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await credentials.rescue(id, version, tokens, new Date(clock.now()));
      } catch (error) {
        if (attempt === 5) throw error;
        await sleep(attempt * secondThoughtMs);
      }
    }
  }

  /** @returns the error to throw */
  private async failed(tenant: Tenant, connection: Connection, error: unknown): Promise<unknown> {
    const { credentials, log, clock } = this.ports;
    if (!(error instanceof BridgeError) || !error.code.startsWith('PROVIDER_')) return error;
    const failures = await credentials.countFailure(connection.id);
    log.warn('refresh failed', { tenant: tenant.id, connection: connection.id, failures, error });
    if (failures >= patience) {
      await this.step(tenant, connection, { kind: 'falter', failures, reason: error.code.toLowerCase() });
    }
    if (error.code !== 'PROVIDER_REJECTED') return error;
    // Not the athlete's fault and not the poller's: it waits until somebody has set the client right.
    return new BridgeError('PROVIDER_UNAVAILABLE', error.message, {
      fields: error.fields,
      waitUntil: clock.now() + 60_000,
    });
  }

  /** @param version of the tokens that were stored: where they are others by now, all this is said by somebody else */
  private async settle(tenant: Tenant, id: string, { scopes }: Grant, version: number): Promise<void> {
    // As it is now: while this one waited, others may have given up on it.
    const connection = await this.ports.connections.find(id);
    const steps: Step[] = [{ kind: 'recover' }, ...(scopes === null ? [] : [{ kind: 'rescope', scopes } as const])];
    for (const step of steps)
      if (connection !== undefined && advance(connection, step, new Date(0)) !== undefined)
        await this.step(tenant, connection, step, version);
  }

  private async step({ topics }: Tenant, { id }: Connection, step: Step, version?: number): Promise<void> {
    const { connections, clock } = this.ports;
    const advanced = (now: Connection) => advance(now, step, new Date(clock.now()));
    await connections.change(id, topics.prefix, advanced, version === undefined ? {} : { version });
  }
}

/** @returns undefined when nobody knows whether the provider is still at work */
function endOf(error: unknown): 'refused' | 'unsure' | undefined {
  if (!isBridgeError(error)) return undefined;
  const isAnswered = error.code === 'PROVIDER_BODY_BROKEN' || error.fields['status'] !== undefined;
  if (error.disposition !== 'retry' || error.fields['sent'] === false) return 'refused';
  return isAnswered ? 'unsure' : undefined;
}

const underWay = (until: number): BridgeError =>
  new BridgeError('REFRESH_UNDER_WAY', 'A refresh that was cut off may still be under way; it is not asked twice', {
    waitUntil: until,
  });

const lost = (version: number, reason: LossReason): Concluded => ({
  outcome: 'lost',
  result: { kind: 'lost', version, reason },
});

const foundFresh = ({ accessToken, expiresAt }: OpenTokens): Concluded => ({
  outcome: 'found_fresh',
  result: { kind: 'tokens', accessToken, expiresAt },
});
