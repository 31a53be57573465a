import type { Body } from './ledger-entry.ts';

/** A Kafka record, read by a `read_committed` consumer. */
export interface ReceivedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The connection; of a client's events, the resource. */
  readonly key: string;
  /** Whose stream it is: sequences count inside it. */
  readonly source: string;
  readonly id: string;
  /** Name of the event type. */
  readonly type: string;
  readonly sequence: number;
  /** Empty for what belongs to no athlete. */
  readonly athlete: string;
  readonly resource: string;
  readonly identity: readonly string[];
  readonly revision: number;
  /** Empty where the reader left the value out. */
  readonly data: Body;
}

/** A message as it is sent: what `receivedRecord` reads. */
export interface SentMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly value: string;
}

export function receivedRecord({ topic, partition, offset, key, headers, value }: SentMessage): ReceivedRecord {
  const payload = JSON.parse(value) as Partial<ReceivedRecord & { readonly userReference: string | null }>;
  const [resource = '', ...identity] = (headers['ce_subject'] ?? '').split('/').map(decodeURIComponent);
  return {
    topic,
    partition,
    offset,
    key,
    source: headers['ce_source'] ?? '',
    id: headers['ce_id'] ?? '',
    type: /^accesslink\.(\w+)\.v1$/.exec(headers['ce_type'] ?? '')?.[1] ?? '',
    sequence: Number(headers['ce_sequence']),
    athlete: payload.userReference ?? '',
    resource: payload.resource ?? resource,
    identity: payload.identity ?? identity,
    revision: payload.revision ?? Number(headers['ce_revision'] ?? 0),
    data: payload.data ?? {},
  };
}

/** Each Kafka record once, however often the consumer read it. */
export function distinct(received: readonly ReceivedRecord[]): readonly ReceivedRecord[] {
  return [
    ...new Map(received.map((record) => [`${record.topic}/${record.partition}/${record.offset}`, record])).values(),
  ];
}

/** The records of each stream in the order in which they happened. */
export function streamsOf(records: readonly ReceivedRecord[]): readonly (readonly ReceivedRecord[])[] {
  return [...Map.groupBy(records, ({ source }) => source).values()].map((mine) =>
    mine.toSorted((a, b) => a.sequence - b.sequence),
  );
}
