import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Switches } from '../switches.ts';
import type { Athlete } from '../world/world.ts';

/** What an athlete allowed a client. */
export interface Grant {
  readonly client: string;
  readonly athlete: Athlete;
  readonly scopes: readonly string[];
}

interface Code {
  readonly grant: Grant;
  /** Only if the authorization request had one: then the token request must repeat it. */
  readonly redirectUri: string | undefined;
  readonly expires: number;
}

interface RefreshToken {
  readonly grant: Grant;
  /** When it was replaced; absent: it is the current one. */
  rotated?: number;
}

export interface AccessToken {
  readonly grant: Grant;
  readonly expires: number;
}

/** What the provider knows of one refresh token, without telling it. */
export interface RefreshTokenReport {
  readonly client: string;
  readonly athlete: string;
  /** SHA-256 of the token, in hex. */
  readonly fingerprint: string;
  /** When it was first exchanged for another, in epoch ms. */
  readonly rotated: number | null;
  /** Whether a refresh with it would succeed now. */
  readonly accepted: boolean;
}

const UNTIDY = 20_000;

/** Codes and tokens. All live in memory only, and every word of them is random. */
export class Grants {
  private readonly codes = new Map<string, Code>();
  private readonly access = new Map<string, AccessToken>();
  private readonly refresh = new Map<string, RefreshToken>();
  private readonly switches: Switches;
  private readonly now: () => number;

  constructor(switches: Switches, now: () => number) {
    this.switches = switches;
    this.now = now;
  }

  /** The athlete says yes; a consent that was withdrawn before is given again. */
  code(grant: Grant, redirectUri: string | undefined): string {
    const code = randomBytes(16).toString('hex');
    grant.athlete.connected = true;
    grant.athlete.revoked = false;
    this.codes.set(code, { grant, redirectUri, expires: this.now() + this.switches.code_expires_in * 1000 });
    return code;
  }

  /** A code is good once, for its client, with the redirect URI it was asked for, and not for long. */
  redeem(code: string, client: string, redirectUri: string | undefined): Grant | undefined {
    const found = this.codes.get(code);
    this.codes.delete(code);
    if (found === undefined || found.expires <= this.now()) return undefined;
    const fits = found.grant.client === client && found.redirectUri === redirectUri;
    return fits ? found.grant : undefined;
  }

  grantOf(refreshToken: string): Grant | undefined {
    return this.refresh.get(refreshToken)?.grant;
  }

  /** Takes a refresh token in; the answer says which grant goes on, and with which token where it is kept. */
  exchange(token: string, client: string): { readonly grant: Grant; readonly keep?: string } | undefined {
    const found = this.refresh.get(token);
    if (found === undefined || found.grant.client !== client || !this.isAccepted(found)) return undefined;
    if (found.rotated !== undefined) return { grant: found.grant };
    if (this.switches.refresh_rotation === 'keep') return { grant: found.grant, keep: token };
    found.rotated = this.now();
    return { grant: found.grant };
  }

  /** Every refresh token that there ever was, the oldest first. */
  refreshTokens(): readonly RefreshTokenReport[] {
    return [...this.refresh].map(([token, { grant, rotated }]) => ({
      client: grant.client,
      athlete: grant.athlete.profile.name,
      fingerprint: createHash('sha256').update(token).digest('hex'),
      rotated: rotated ?? null,
      accepted: this.isAccepted({ grant, ...(rotated !== undefined && { rotated }) }),
    }));
  }

  private isAccepted({ grant, rotated }: RefreshToken): boolean {
    const { refresh_rotation: rotation, refresh_grace: grace, revoked_answer: revoked } = this.switches;
    if (grant.athlete.revoked && revoked === 'invalid_grant') return false;
    return rotated === undefined || (rotation === 'rotate+grace' && this.now() < rotated + grace * 1000);
  }

  /** The token endpoint's success, as documented and with the differences that were observed live. */
  issue(grant: Grant, keep?: string): Record<string, unknown> {
    const { expires_in, x_user_id } = this.switches;
    const access = randomBytes(24).toString('hex');
    const refresh = keep ?? randomBytes(24).toString('hex');
    this.tidy();
    this.access.set(access, { grant, expires: this.now() + expires_in * 1000 });
    if (keep === undefined) this.refresh.set(refresh, { grant });
    return {
      access_token: access,
      token_type: 'bearer',
      refresh_token: refresh,
      expires_in,
      scope: grant.scopes.join(' '),
      ...(x_user_id && { x_user_id: grant.athlete.profile.polarUserId }),
      jti: randomUUID(),
    };
  }

  /** Also an expired one: the caller decides what that means. */
  bearer(token: string): AccessToken | undefined {
    return this.access.get(token);
  }

  private tidy(): void {
    if (this.access.size < UNTIDY) return;
    for (const [token, { expires }] of this.access) if (expires < this.now()) this.access.delete(token);
  }
}
