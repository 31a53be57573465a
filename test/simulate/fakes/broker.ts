import type { Row } from '../../../apps/publisher/src/publish.ts';
import { refused, type Refusal } from '../../../apps/publisher/src/refusal.ts';

/** How long a transaction may stay open. */
const transactionTimeoutMs = 20_000;

interface Transaction {
  /** Positions by group and lane, to be committed with the rows. */
  readonly offsets: Map<string, number>;
  state: 'open' | 'committed' | 'aborted';
  readonly since: number;
}

/** Whose positions: those of the lanes, or of the parked rows that were released. */
export type Group = 'relay' | 'releases';

/** What the broker does not take for a while. */
interface Refused {
  readonly refusal: Refusal;
  readonly until: number;
  /** Drawn from the first row that comes. */
  what: ((row: Row) => boolean) | undefined;
}

/** Who has a transactional id. */
interface Producer {
  epoch: number;
  transaction: Transaction | undefined;
}

/** As the broker's own error looks in kafkajs, so that the product's own test of it is asked. */
class Fenced extends Error {
  readonly type = 'INVALID_PRODUCER_EPOCH';
}

/** A broker, as far as transactions go: epochs per transactional id, a log, and what a `read_committed` consumer sees of it. */
export class MemoryBroker {
  readonly #now: () => number;
  readonly #producers = new Map<string, Producer>();
  /** What the last transaction with the position of a group's lane carried. */
  readonly #committed = new Map<string, number>();
  readonly #refused: Refused[] = [];
  readonly #log: { readonly row: Row; readonly transaction: Transaction }[] = [];
  #read = 0;

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Fences whoever has the transactional id, and ends what it has left behind. @returns the epoch to name with each call */
  init(id: string): number {
    const producer = this.#of(id);
    end(producer);
    producer.epoch += 1;
    return producer.epoch;
  }

  /** The next row that comes is refused until then, alone or with all of its topic. @param until epoch ms */
  refuse(what: 'row' | 'topic', until: number): void {
    const refusal = { reason: what === 'row' ? 'too_large' : 'not_authorised', detail: `this ${what}` } as const;
    this.#refused.push({ refusal, until, what: undefined });
  }

  positions(lane: number): { readonly committed: number; readonly released: number } {
    const of = (group: Group): number => this.#committed.get(`${group} ${lane}`) ?? 0;
    return { committed: of('relay'), released: of('releases') };
  }

  send(id: string, epoch: number, rows: readonly Row[]): void {
    const transaction = this.#transaction(id, epoch);
    const refusal = this.#refusalOf(rows);
    if (refusal !== undefined) throw refused(refusal, undefined);
    for (const row of rows) this.#log.push({ row, transaction });
  }

  offsets(id: string, epoch: number, group: Group, lane: number, position: number): void {
    this.#transaction(id, epoch).offsets.set(`${group} ${lane}`, position);
  }

  commit(id: string, epoch: number): void {
    const transaction = this.#transaction(id, epoch);
    transaction.state = 'committed';
    for (const [place, position] of transaction.offsets) this.#committed.set(place, position);
    this.#of(id).transaction = undefined;
  }

  abort(id: string, epoch: number): void {
    const producer = this.#of(id);
    if (producer.epoch === epoch) end(producer);
  }

  /** What is new for a `read_committed` consumer: nothing beyond the first transaction that is open. */
  poll(): readonly Row[] {
    for (const producer of this.#producers.values()) this.#expire(producer);
    const rows: Row[] = [];
    for (let next = this.#log[this.#read]; next !== undefined && next.transaction.state !== 'open';) {
      if (next.transaction.state === 'committed') rows.push(next.row);
      this.#read += 1;
      next = this.#log[this.#read];
    }
    return rows;
  }

  #refusalOf(rows: readonly Row[]): Refusal | undefined {
    for (const one of this.#refused) {
      const [first] = rows;
      if (one.until <= this.#now() || first === undefined) continue;
      one.what ??=
        one.refusal.reason === 'too_large'
          ? ({ key, headers }) => key === first.key && headers === first.headers
          : ({ topic }) => topic === first.topic;
      if (rows.some(one.what)) return one.refusal;
    }
    return undefined;
  }

  #transaction(id: string, epoch: number): Transaction {
    const producer = this.#of(id);
    this.#expire(producer);
    if (producer.epoch !== epoch) throw new Fenced('a newer producer has this transactional id');
    producer.transaction ??= { offsets: new Map(), state: 'open', since: this.#now() };
    return producer.transaction;
  }

  /** Whoever leaves one open for too long is fenced by the broker itself. */
  #expire(producer: Producer): void {
    if (producer.transaction === undefined || this.#now() - producer.transaction.since < transactionTimeoutMs) return;
    end(producer);
    producer.epoch += 1;
  }

  #of(id: string): Producer {
    const known = this.#producers.get(id) ?? { epoch: 0, transaction: undefined };
    this.#producers.set(id, known);
    return known;
  }
}

function end(producer: Producer): void {
  if (producer.transaction !== undefined) producer.transaction.state = 'aborted';
  producer.transaction = undefined;
}
