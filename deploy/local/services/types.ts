import type { Sandbox } from './sandbox.ts';

export const SERVICE_NAMES = ['postgres', 'redis', 'kafka'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The ways to a service, in the order in which they are tried. */
export const WAYS = ['environment', 'docker', 'local'] as const;
export type Way = (typeof WAYS)[number];

export type StopSignal = 'SIGKILL' | 'SIGTERM';

/** One service that answers. */
export interface Provided {
  /** what clients connect to: a URL, for Kafka `host:port[,host:port...]` */
  readonly address: string;
  /** for people: `local process 18.4`, `Docker postgres:18-alpine`, `from DATABASE_URL` */
  readonly origin: string;
  /** absent where the service is not ours to restart */
  readonly restart?: (how: StopSignal) => Promise<void>;
  /** absent where the service is not ours to signal */
  readonly pid?: () => number;
  stop(): Promise<void>;
}

/** What the ways need besides their own service. Everything costly is made on first use, once. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** false: PostgreSQL runs without fsync; a killed process loses nothing, a machine that loses power may */
  readonly durable: boolean;
  /** a base backup that a local PostgreSQL begins with, a data folder that was copied with its owners */
  readonly backup?: string;
  readonly progress: (service: ServiceName, text: string) => void;
  readonly sandbox: () => Promise<Sandbox>;
  /** @throws when no Docker engine answers */
  readonly dockerEngine: () => Promise<void>;
  /** @throws when the jars are neither cached nor to be had */
  readonly jars: () => Promise<Jars>;
}

/** Folders, filled from pom.xml. */
export interface Jars {
  readonly kafka: string;
  readonly redis: string;
}

/** How one service is had: `provide.ts` decides which of these functions is called. */
export interface ServiceDefinition {
  readonly name: ServiceName;
  /** the environment variable that holds its address */
  readonly variable: string;
  /** what the local way needs, as advice: `install Java 17 and Maven` */
  readonly localNeeds: string;
  /**
   * Speaks the service's own protocol once.
   * @returns the server's version, or undefined where the protocol does not tell it
   * @throws when it does not answer as it should within about 3 s
   */
  readonly check: (address: string, env: NodeJS.ProcessEnv) => Promise<string | undefined>;
  readonly docker: (context: Context) => Promise<Provided>;
  readonly local: (context: Context) => Promise<Provided>;
}
