import type { Message, TopicMessages } from 'kafkajs';
import type { Row } from '../publish.ts';

/** What goes to the brokers in one request. */
export type Send = readonly TopicMessages[];

/** A broker takes 1 048 588 bytes per partition and request unless told otherwise. The rest is for framing and keys. */
const mostBytes = 900_000;

export type PartitionOf = (topic: string, key: string) => number;

/** Deals rows to requests, so that no partition gets more than a broker takes at once. Order per partition stays. */
export function sendsOf(rows: readonly Row[], partitionOf: PartitionOf): readonly Send[] {
  const sends: Map<string, Message[]>[] = [];
  let topics = new Map<string, Message[]>();
  let bytes = new Map<string, number>();
  sends.push(topics);
  for (const row of rows) {
    const partition = partitionOf(row.topic, row.key);
    const place = `${row.topic}/${partition}`;
    const size = row.bytes + row.key.length + 100;
    const sum = bytes.get(place) ?? 0;
    if (sum > 0 && sum + size > mostBytes) {
      topics = new Map();
      bytes = new Map();
      sends.push(topics);
    }
    bytes.set(place, (bytes.get(place) ?? 0) + size);
    const messages = topics.get(row.topic);
    const message = messageOf(row, partition);
    if (messages === undefined) topics.set(row.topic, [message]);
    else messages.push(message);
  }
  return sends.map((topics) => Array.from(topics, ([topic, messages]) => ({ topic, messages })));
}

function messageOf(row: Row, partition: number): Message {
  return {
    key: row.key,
    value: row.payload === '' ? null : row.payload,
    headers: JSON.parse(row.headers) as Record<string, string>,
    partition,
  };
}
