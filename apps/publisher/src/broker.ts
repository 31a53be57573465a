import type { LaneProducer } from './lane-relay.ts';
import type { TopicLog } from './recovery/read-published.ts';
import type { ReplayProducer } from './replay.ts';
import type { TopicCluster } from './topic-keeper.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** How to reach the brokers, whichever client does it. */
export interface BrokerSettings {
  /** `host:port`, comma separated. */
  readonly brokers: string;
  readonly deployment: string;
  /** Undefined: no TLS. Each is PEM; without a `ca`, the authorities that Node knows. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  readonly compression?: Compression;
  /** Everything that the client would print. What matters of it reaches us as an error too. */
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What a lane asks of topics. */
export interface TopicDirectory {
  /** The number of partitions of each topic; creates what is missing. */
  partitionsOf(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** A topic was not there although it should be. */
  forget(): void;
}

/**
 * Kafka as the publisher needs it: the one port between it and a client. A client that takes another one's place keeps
 * `bookkeeping.ts` and the partition of a key as Kafka's own client has it (murmur2), because lanes go from the one to the
 * other and back while a deployment is rolled out.
 */
export interface Broker {
  readonly topics: TopicCluster;
  /**
   * Fences every other producer of the lane, and lets the broker end what that one left behind.
   * @throws BridgeError BROKER_ACCESS_DENIED, with what to do, when the brokers do not let us in
   */
  openLane(lane: number, topics: TopicDirectory): Promise<LaneProducer>;
  /** Fences every other producer of the replay. @param id UUID */
  openReplay(id: string, topics: TopicDirectory): Promise<ReplayProducer>;
  /** What was published. */
  readonly log: TopicLog;
  /** Whether an error of a lane's producer says that the lane was opened by another one. */
  isFenced(error: unknown): boolean;
  /** @throws when no broker answers */
  ping(): Promise<void>;
}
