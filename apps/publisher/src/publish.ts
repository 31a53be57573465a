/** One event on its way: a row of the outbox. */
export interface Row {
  readonly position: number;
  readonly topic: string;
  readonly key: string;
  /** The value, byte for byte; empty for a tombstone, which has none. */
  readonly payload: string;
  /** A JSON object of strings. */
  readonly headers: string;
  /** Bytes of payload and headers. */
  readonly bytes: number;
}

/** Rows of one lane with consecutive positions, and the position that they lead to. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly last: number;
}

export interface PublishPorts {
  /** The lane's next rows: in order, without a gap. */
  claim(): Promise<readonly Row[]>;
  /** Puts aside what has to wait. @returns the rows that may go now */
  admit(rows: readonly Row[]): Promise<readonly Row[]>;
  /** Rows and position in ONE Kafka transaction. When it throws, nobody knows what became of it. */
  transact(batch: Batch): Promise<void>;
  /** Tells the database how far the lane got. */
  settle(batch: Batch): void | Promise<void>;
}

/** The publisher's sentence: claim, publish, settle. @returns what was published; undefined when nothing was there */
export async function publish(ports: PublishPorts): Promise<Batch | undefined> {
  const rows = await ports.claim();
  const last = rows.at(-1)?.position;
  if (last === undefined) return undefined;
  const batch = { rows: await ports.admit(rows), last };
  await ports.transact(batch);
  await ports.settle(batch);
  return batch;
}
