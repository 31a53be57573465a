/** The codecs that the publisher offers. */
export const compressions = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

/** A message with its partition, as the relay gives it to a client. */
export interface Sent {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
}

/** One lane's producer: what openLaneProducer of the publisher makes. */
export interface Lane {
  /** Messages and position in one transaction. */
  transact(messages: readonly Sent[], position: number): Promise<void>;
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly brokers: readonly string[];
  readonly transactionalId: string;
  readonly topic: string;
  /** Positions are committed here, one partition per lane. */
  readonly lanesTopic: string;
  readonly group: string;
  readonly lane: number;
  readonly compression: Compression;
}

export type OpenLane = (options: LaneOptions) => Promise<Lane>;

/** What a worker does in one go: so many transactions on each lane, lanes side by side, each one after the other. */
export interface Work {
  readonly name: string;
  readonly round: number;
  readonly brokers: readonly string[];
  readonly run: string;
  readonly topic: string;
  readonly lanesTopic: string;
  readonly group: string;
  readonly lanes: number;
  readonly transactions: number;
  readonly batch: number;
  /** `samples`: 1 kB each, digits. `events`: as the contracts have them, all kinds and sizes. `small`: 200 B. */
  readonly payload: 'samples' | 'events' | 'small';
  readonly compression: Compression;
}

export interface Done {
  readonly seconds: number;
  /** User and system, of the client's process alone. */
  readonly cpuSeconds: number;
  readonly messages: number;
  /** Of keys, values and headers. */
  readonly bytes: number;
  /** How long each transaction took. */
  readonly transactionMs: readonly number[];
}
