import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { seeded, type Random } from '../freshness/random.ts';
import { connectionOf, messagesOf } from '../relay/outbox-rows.ts';
import type { Sent, Work } from './client.ts';

export const partitions = 6;

type Unplaced = Omit<Sent, 'partition'>;

/** A lane's messages, in batches. Every client gets the same. */
export function batchesOf(work: Work, lane: number): readonly (readonly Sent[])[] {
  const place = kafkajs.Partitioners.DefaultPartitioner();
  const metadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  const all = payloads[work.payload](work, lane).map((message) => ({
    ...message,
    partition: place({ topic: work.topic, partitionMetadata: metadata, message: { key: message.key, value: null } }),
  }));
  return Array.from({ length: work.transactions }, (_, turn) => all.slice(turn * work.batch, (turn + 1) * work.batch));
}

const payloads: Readonly<Record<Work['payload'], (work: Work, lane: number) => readonly Unplaced[]>> = {
  samples: ({ run, round, lanes, transactions, batch }, lane) =>
    messagesOf({ topicPrefix: run, round, rows: transactions * batch * lanes, lanes, bytes: 1000 }, lane).map(
      ({ key, payload, headers }) => ({ key, value: payload ?? '', headers: { ...headers } }),
    ),
  small: ({ round, transactions, batch }, lane) =>
    numbered(transactions * batch, (index) => ({
      key: connectionOf(lane, index),
      value: 'x'.repeat(200),
      headers: { ce_sequence: String(round * 1_000_000 + index + 1) },
    })),
  events: ({ round, transactions, batch }, lane) => {
    const random = seeded(round * 100 + lane + 1);
    return numbered(transactions * batch, (index) => eventOf(index, round, lane, random));
  },
};

const numbered = <T>(length: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_, index) => make(index));

interface Example {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

const folder = join(import.meta.dirname, '../../../config/contracts/examples');
const examples = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Example);

/** Chunks are shortened in the contracts; in a day of 27 rows a row has 4 kB. */
const timesLonger = 12;

/** An example of the contracts with other numbers, times and ids in it: repeated as it is, it would compress too well. */
function eventOf(index: number, round: number, lane: number, random: Random): Unplaced {
  const { headers, value } = examples[index % examples.length] as Example;
  const isChunk = (headers['ce_type'] ?? '').includes('Chunk');
  const sequence = String(round * 1_000_000 + index + 1);
  return {
    key: connectionOf(lane, index),
    value: JSON.stringify(varied(value, random, isChunk ? timesLonger : 1)),
    headers: { ...(varied(headers, random, 1) as Record<string, string>), ce_sequence: sequence },
  };
}

function varied(value: unknown, random: Random, longer: number): unknown {
  if (typeof value === 'number') return variedNumber(value, random);
  if (typeof value === 'string') return variedText(value, random);
  if (Array.isArray(value)) {
    const times = value.length > 2 ? longer : 1;
    return numbered(value.length * times, (index) => varied(value[index % value.length], random, 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, varied(one, random, longer)]));
}

function variedNumber(value: number, random: Random): number {
  const digits = String(value).split('.')[1]?.length ?? 0;
  return Number((value * (0.9 + random() * 0.2)).toFixed(digits));
}

/** The digits of times, and what is hexadecimal. */
function variedText(text: string, random: Random): string {
  const digit = (base: number): string => Math.floor(random() * base).toString(base);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return text.replace(/(?<=T.*)\d/g, () => digit(6));
  return text.replace(/[0-9a-f]{8,}/g, (hex) => hex.replace(/./g, () => digit(16)));
}
