import type { Switches } from './switches.ts';

/** No more than `requests` in `seconds`. */
export interface Quota {
  readonly requests: number;
  readonly seconds: number;
}

/** One API client: what a tenant of the bridge has registered with the provider. */
export interface ClientOptions {
  readonly id: string;
  readonly secret: string;
  /** The first is the default; a `redirect_uri` must equal one of them. */
  readonly redirectUris: readonly string[];
  /** How many athletes it starts with; else the simulator's `athletes`. */
  readonly athletes?: number;
  readonly quota?: readonly Quota[];
}

export interface SimulatorOptions {
  /** 0: any free port. */
  readonly port?: number;
  /** Where it listens; loopback if not given. */
  readonly host?: string;
  readonly seed?: string;
  readonly clients?: readonly ClientOptions[];
  /** Athletes per client. */
  readonly athletes?: number;
  /** Days of history before today, today included. */
  readonly days?: number;
  /** The last so many nights are not there at the beginning: the watch had not been synced. */
  readonly lateNights?: number;
  /** World steps per connected athlete per hour; 0 is quiet. */
  readonly pace?: number;
  readonly quota?: readonly Quota[];
  readonly switches?: Partial<Switches>;
  /** Milliseconds since the epoch; a test may hold it still. */
  readonly now?: () => number;
}

/** The provider's limits per client id, from the AccessLink v4 documentation. */
export const DOCUMENTED_QUOTA: readonly Quota[] = [
  { requests: 3000, seconds: 900 },
  { requests: 100_000, seconds: 86_400 },
];

export const DEMO_CLIENT: ClientOptions = {
  id: 'demo',
  secret: 'demo-secret',
  redirectUris: ['http://127.0.0.1:3000/oauth/callback'],
};
