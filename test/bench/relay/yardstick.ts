/**
 * The yardstick of the relay benchmark, in a process of its own as the relay is: kafkajs' idempotent producer sends what
 * the relay would, from memory, one batch after the other. It needs no database and gives no guarantee across a crash.
 */
import kafkajs, { type Message as KafkaMessage } from 'kafkajs';
import { messagesOf, type Load } from './outbox-rows.ts';

interface Order {
  readonly load: Load;
  readonly topic: string;
}

/** As many rows as the relay puts into one transaction and, with its partitions, into one request. */
const most = { rows: 1000, bytes: 2_500_000 };

const kafka = new kafkajs.Kafka({
  clientId: 'yardstick',
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
});
await producer.connect();

let batches: KafkaMessage[][] = [];
let topic = '';

process.on('message', (order: Order | 'go') => {
  void handle(order);
});

async function handle(order: Order | 'go'): Promise<void> {
  if (order === 'go') {
    for (const messages of batches) await producer.send({ topic, messages, acks: -1 });
    process.send?.('sent');
    return;
  }
  topic = order.topic;
  batches = batchesOf(order);
  process.send?.('ready');
}

/** Batches of the lanes in turn, as the relay publishes them. */
function batchesOf({ load }: Order): KafkaMessage[][] {
  const lanes = Array.from({ length: load.lanes }, (_, lane) =>
    messagesOf(load, lane).map(({ key, payload, headers }) => ({ key, value: payload, headers: { ...headers } })),
  );
  const batch = Math.max(1, Math.min(most.rows, Math.floor(most.bytes / (load.bytes + 500))));
  const longest = Math.max(...lanes.map(({ length }) => length));
  return Array.from({ length: Math.ceil(longest / batch) }, (_, turn) =>
    lanes.map((messages) => messages.slice(turn * batch, (turn + 1) * batch)),
  ).flat();
}

process.send?.('up');
