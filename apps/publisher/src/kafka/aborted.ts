import { createRequire } from 'node:module';

/** A record, as kafkajs decodes it. */
export interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
  /** Whether it is a mark of the broker; kafkajs hides these, and goes on behind them. */
  isControlRecord?: boolean;
}

/** What a fetch brought of a partition. */
export interface FetchedPartition {
  /** In no order that the protocol promises. Null: everything was asked for. */
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FetchedRecord[];
}

interface Fetched {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

type Fetch = (this: unknown, request: unknown) => Promise<Fetched>;

const Broker = createRequire(import.meta.url)('kafkajs/src/broker/index.js') as { prototype: { fetch: Fetch } };
let isHiding = false;

/**
 * For the whole process: consumers get no record of an aborted transaction. kafkajs 2.2.4 takes the broker's list of these for
 * one in the order of their beginnings, and begins one of them with each record: where transactions overlap, it shows records
 * that never were published.
 */
export function hideAborted(): void {
  if (isHiding) return;
  isHiding = true;
  const { fetch } = Broker.prototype;
  Broker.prototype.fetch = async function fetchCommitted(request) {
    const fetched = await fetch.call(this, request);
    for (const { partitions } of fetched.responses) for (const partition of partitions) markAborted(partition);
    return fetched;
  };
}

/** Records of aborted transactions become marks, as Kafka's own client passes over them (protocol guide, "Fetch"). */
export function markAborted(partition: FetchedPartition): void {
  const left = (partition.abortedTransactions ?? []).toSorted((a, b) => compare(a.firstOffset, b.firstOffset));
  // kafkajs has nothing left to look for.
  partition.abortedTransactions = null;
  if (left.length === 0) return;
  const open = new Set<string>();
  let begun = 0;
  for (const record of partition.messages) {
    for (
      let next = left[begun];
      next !== undefined && compare(next.firstOffset, record.offset) <= 0;
      next = left[begun]
    ) {
      open.add(next.producerId);
      begun += 1;
    }
    const { producerId = '', inTransaction = false } = record.batchContext ?? {};
    if (record.isControlRecord === true) open.delete(producerId);
    else if (inTransaction && open.has(producerId)) record.isControlRecord = true;
  }
}

const compare = (a: string, b: string): number => Number(BigInt(a) - BigInt(b));
