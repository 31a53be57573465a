import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Event, EventOf } from '../../../config/contracts/types/index.d.ts';

const lockMillis = 30_000;
/** Longer than the topics' retention and OUTBOX_RETENTION_HOURS: what cannot be read again need not be remembered. */
const seenSeconds = 30 * 86_400;

type HeartRateDay = EventOf<'accesslink.HeartRateDayUpdated.v1'> | EventOf<'accesslink.HeartRateDayFinalized.v1'>;

export class Store {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: lockMillis });
    this.#db.exec('pragma journal_mode = wal');
    this.#db.exec(readFileSync(join(import.meta.dirname, '../store.sql'), 'utf8'));
    this.#run('delete from seen where at < unixepoch() - ?', [seenSeconds]);
  }

  /** Takes all of them in, or none: a fault undoes the whole batch, which is then read again. */
  take(events: readonly Event[]): void {
    this.#db.exec('begin immediate');
    try {
      for (const event of events) if (this.#isNews(event)) this.#apply(event);
      this.#db.exec('commit');
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  #isNews({ headers, value: { connection } }: Event): boolean {
    if (this.#run('insert or ignore into seen (id) values (?)', [headers.ce_id]) === 0) return false;
    const ended = this.#db.prepare('select sequence from ended where connection = ?').get(connection);
    return ended === undefined || Number(headers.ce_sequence) > Number(ended['sequence']);
  }

  #apply(event: Event): void {
    const { connection, userReference, identity } = event.value;
    const sequence = Number(event.headers.ce_sequence);
    switch (event.ce_type) {
      case 'accesslink.SleepScored.v1':
      case 'accesslink.SleepRevised.v1':
        this.#run(
          `insert into nights (connection, night, user_reference, score, sequence) values (?, ?, ?, ?, ?)
           on conflict do update set score = excluded.score, sequence = excluded.sequence`,
          [connection, identity[0] ?? '', userReference, event.value.data.sleepScore?.sleepScore ?? null, sequence],
        );
        break;
      case 'accesslink.SleepDeleted.v1':
        this.#run('delete from nights where connection = ? and night = ?', [connection, identity[0] ?? '']);
        break;
      case 'accesslink.HeartRateDayChunk.v1': {
        const [day = '', device = ''] = identity;
        const { hour, part, count, offsetMillis, heartRate } = event.value.data;
        const columns = [count, JSON.stringify(offsetMillis), JSON.stringify(heartRate)];
        this.#run('insert or replace into heart_rate_chunks values (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
          connection,
          day,
          device,
          hour,
          part,
          ...columns,
          sequence,
        ]);
        break;
      }
      case 'accesslink.HeartRateDayUpdated.v1':
      case 'accesslink.HeartRateDayFinalized.v1':
        this.#keepDay(event, sequence);
        break;
      case 'accesslink.ConsentRevoked.v1':
      case 'accesslink.ConnectionRemoved.v1':
      case 'accesslink.ConnectionErased.v1':
        if (event.value.data.deletionRequired) this.#forget(event.value.connection, sequence);
        break;
      default:
      // Other types, and those that are still to come.
    }
  }

  /** Comes after its chunks, and names all that it has. A chunk that is not named is out of date. */
  #keepDay({ ce_type: type, value }: HeartRateDay, sequence: number): void {
    const { connection, userReference, identity, data } = value;
    const [day = '', device = ''] = identity;
    const named = new Set(data.chunks.map(({ hour, part }) => `${hour}/${part}`));
    const chunks = this.#db
      .prepare('select hour, part, samples from heart_rate_chunks where connection = ? and day = ? and device = ?')
      .all(connection, day, device);
    let samples = 0;
    for (const { hour = null, part = null, samples: count } of chunks) {
      if (named.has(`${hour}/${part}`)) samples += Number(count);
      else
        this.#run(
          'delete from heart_rate_chunks where connection = ? and day = ? and device = ? and hour = ? and part = ?',
          [connection, day, device, hour, part],
        );
    }
    const isComplete = samples === data.count;
    const isFinal = type === 'accesslink.HeartRateDayFinalized.v1';
    this.#run('insert or replace into heart_rate_days values (?, ?, ?, ?, ?, ?, ?, ?)', [
      connection,
      day,
      device,
      userReference,
      data.count,
      Number(isComplete),
      Number(isFinal),
      sequence,
    ]);
  }

  /** What was told after the end stays: the athlete may have connected again, and other topics may be ahead of this one. */
  #forget(connection: string, sequence: number): void {
    for (const table of ['nights', 'heart_rate_chunks', 'heart_rate_days'])
      this.#run(`delete from ${table} where connection = ? and sequence < ?`, [connection, sequence]);
    this.#run(
      `insert into ended (connection, sequence) values (?, ?)
       on conflict do update set sequence = max(sequence, excluded.sequence)`,
      [connection, sequence],
    );
  }

  /** @returns how many rows it changed */
  #run(sql: string, values: readonly SQLInputValue[]): number {
    return Number(this.#db.prepare(sql).run(...values).changes);
  }
}
