import { streamOf } from '#core';
import type { Limits } from './claim.ts';
import type { Batch, Row } from './publish.ts';
import { isOfTopic, type Refusal } from './refusal.ts';

/** Whose events keep their order: a connection's id, or `client`. */
export interface StreamKey {
  readonly tenant: string;
  readonly stream: string;
}

export interface PlacedRow extends Row, StreamKey {}

/** What a lane has parked, in the database. */
export interface ParkingStore {
  list(): Promise<readonly StreamKey[]>;
  /** @returns one that it is time to try again */
  due(): Promise<StreamKey | undefined>;
  /** Parks the row's stream, or tells that it was refused again. */
  refuse(row: PlacedRow, refusal: Refusal): Promise<void>;
  /** Puts rows of parked streams aside. */
  hold(rows: readonly PlacedRow[]): Promise<void>;
  /** @returns rows that the lane has passed: only these may be published before it */
  read(stream: StreamKey, upTo: number, limits: Limits): Promise<readonly Row[]>;
  /** Forgets the rows up to this position of the stream that it belongs to. @returns whether nothing of it is left */
  settle(position: number, upTo: number): Promise<boolean>;
  /** Forgets the stream if nothing of it waits, nor was put aside ahead of the lane. @returns whether that was so */
  forget(stream: StreamKey, upTo: number): Promise<boolean>;
}

export interface ParkingOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** How often a lane looks whether something parked is due, in ms. */
  readonly lookMs: number;
  readonly onParked: (row: PlacedRow, refusal: Refusal) => void;
  readonly onReleased: (stream: StreamKey) => void;
}

/** A topic that was refused for itself a moment ago is not tried again for each athlete. */
const refusedForMs = 60_000;

/**
 * What of one lane is parked: a stream whose event the broker refuses waits, and everything behind it in the same stream, so
 * that the lane goes on and no order is broken.
 */
export class Parking {
  readonly #options: ParkingOptions;
  readonly #parked = new Set<string>();
  readonly #refusedTopics = new Map<string, { readonly refusal: Refusal; readonly until: number }>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #opened: ParkingStore | undefined;

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /**
   * Reads what is parked. Call it when the lane is opened.
   * @param position of the lane @param released the last position that a release carried
   */
  async load(store: ParkingStore, position: number, released: number): Promise<void> {
    this.#opened = store;
    await this.#list();
    // The one before may have ended between its commit in Kafka and the database.
    if (this.#parked.size > 0 && released > 0 && (await store.settle(released, position))) await this.#list();
  }

  /** @returns the rows that may be published now; the others are put aside first */
  async admit(rows: readonly Row[]): Promise<readonly Row[]> {
    if (this.#parked.size === 0 && this.#refusedTopics.size === 0) return rows;
    const store = this.#store;
    const open: Row[] = [];
    const held: PlacedRow[] = [];
    for (const row of rows) {
      const one = placed(row);
      const refusal = this.#refusalOf(row.topic);
      if (this.#parked.has(keyOf(one))) held.push(one);
      else if (refusal === undefined) open.push(row);
      else await this.#park(one, refusal);
    }
    if (held.length > 0) await store.hold(held);
    return open;
  }

  /** The broker refuses this very row. */
  async refuse(row: Row, refusal: Refusal): Promise<void> {
    const until = this.#options.now() + refusedForMs;
    if (isOfTopic(refusal)) this.#refusedTopics.set(row.topic, { refusal, until });
    await this.#park(placed(row), refusal);
  }

  /** @returns the rows of a parked stream that is due, as far as the lane has passed them */
  async claim(position: number, limits: Limits): Promise<readonly Row[]> {
    const { now, lookMs } = this.#options;
    const store = this.#store;
    if (this.#parked.size === 0 || now() - this.#lookedAt < lookMs) return [];
    for (let due = await store.due(); due !== undefined; due = await store.due()) {
      const rows = await store.read(due, position, limits);
      if (rows.length > 0) return rows;
      // Somebody has taken out what was left.
      if (!(await store.forget(due, position))) break;
      this.#release(due);
    }
    this.#lookedAt = now();
    return [];
  }

  /** These rows of one stream are in Kafka. */
  async settle({ rows, last }: Batch, position: number): Promise<void> {
    for (const { topic } of rows) this.#refusedTopics.delete(topic);
    const [row] = rows;
    if ((await this.#store.settle(last, position)) && row !== undefined) this.#release(placed(row));
  }

  /** Somebody may want a retry now. */
  look(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  async #list(): Promise<void> {
    this.#parked.clear();
    for (const parked of await this.#store.list()) this.#parked.add(keyOf(parked));
  }

  get #store(): ParkingStore {
    if (this.#opened === undefined) throw new TypeError('what is parked is read when the lane is opened');
    return this.#opened;
  }

  async #park(row: PlacedRow, refusal: Refusal): Promise<void> {
    await this.#store.refuse(row, refusal);
    this.#parked.add(keyOf(row));
    this.#options.onParked(row, refusal);
  }

  #release(stream: StreamKey): void {
    this.#parked.delete(keyOf(stream));
    this.#options.onReleased(stream);
  }

  #refusalOf(topic: string): Refusal | undefined {
    const known = this.#refusedTopics.get(topic);
    if (known !== undefined && known.until > this.#options.now()) return known.refusal;
    this.#refusedTopics.delete(topic);
    return undefined;
  }
}

function placed(row: Row): PlacedRow {
  return { ...row, ...streamOf(JSON.parse(row.headers) as Record<string, string>) };
}

const keyOf = ({ tenant, stream }: StreamKey): string => `${tenant}/${stream}`;
