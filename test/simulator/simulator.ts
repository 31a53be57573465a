import type { RefreshTokenReport } from './oauth/grants.ts';
import type { RequestReport } from './quota/request-log.ts';
import type { ClientOptions } from './options.ts';
import type { Switches } from './switches.ts';
import type { Ledger } from './world/ledger.ts';
import type { World } from './world/world.ts';

export interface AthleteReport {
  readonly name: string;
  readonly client: string;
  readonly polarUserId: number;
  readonly utcOffsetMinutes: number;
  readonly deviceId: string;
  readonly deviceUuid: string;
  readonly connected: boolean;
  readonly revoked: boolean;
  /** Whether anybody has asked for the athlete's history yet. */
  readonly written: boolean;
}

/** A running simulator, for a test in the same process. The control API is a door to the same things. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What a tenant's `authUrl` is set to. */
  readonly authUrl: string;
  /** What a tenant's `apiUrl` is set to. */
  readonly apiUrl: string;
  readonly seed: string;
  readonly clients: readonly ClientOptions[];
  readonly world: World;
  readonly ledger: Ledger;
  readonly switches: Switches;
  /** World steps per connected athlete per hour. */
  pace: number;
  requests(): readonly RequestReport[];
  resetRequests(): void;
  athletes(): readonly AthleteReport[];
  refreshTokens(): readonly RefreshTokenReport[];
  close(): Promise<void>;
}
