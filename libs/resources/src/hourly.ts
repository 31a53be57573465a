import type { Json, JsonObject } from '#core';
import { hourMillis } from './series.ts';

/** The rows of one hour, or as many of them as one message takes, as columns of equal length. */
export interface HourlyColumns {
  /** Whole hours since the moment that the offsets count from. */
  readonly hour: number;
  /** Counts the columns of an hour that is too much for one message, from 0. */
  readonly part: number;
  /** Index of the first row among all rows. */
  readonly startIndex: number;
  readonly count: number;
  /** Null where a row lacks the field. Fields that nobody foresaw follow those that are always there. */
  readonly columns: Readonly<Record<string, readonly Json[]>>;
}

interface Part {
  readonly startIndex: number;
  /** Of the fields that are always there. */
  readonly columns: readonly Json[][];
  readonly others: Map<string, Json[]>;
  count: number;
  bytes: number;
}

/** Bytes of columns as JSON in one message, with room below 600 kB for names, keys and an index. */
const mostBytes = 560_000;

/**
 * Cuts rows by the hour into columns, in one pass and without keeping any row: a day may have a hundred thousand of them.
 * A later row moves no edge between earlier parts.
 */
export class HourlyTable {
  readonly #fields: readonly string[];
  readonly #foreseen: ReadonlySet<string>;
  readonly #hours = new Map<number, readonly Part[]>();
  #hour = 0;
  #rows = 0;

  /** @param fields columns that are there even when no row has them */
  constructor(fields: readonly string[]) {
    this.#fields = fields;
    this.#foreseen = new Set(fields);
  }

  /** @param offset milliseconds, also as text; a row without one stays beside the one before it */
  add(offset: Json | undefined, row: JsonObject): void {
    this.#hour = hourAt(offset) ?? this.#hour;
    const others = this.#unforeseen(row);
    const part = this.#partFor(others, row);
    for (const name of others) {
      if (!part.others.has(name)) part.others.set(name, nulls(part.count));
    }
    for (let index = 0; index < this.#fields.length; index += 1)
      part.columns[index]?.push(row[this.#fields[index] ?? ''] ?? null);
    if (part.others.size > 0) for (const [name, column] of part.others) column.push(valueOf(row, name));
    part.count += 1;
    this.#rows += 1;
  }

  /** In the order of the hours, whatever order the rows came in. */
  all(): readonly HourlyColumns[] {
    return [...this.#hours]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([hour, parts]) =>
        parts.map(({ startIndex, count, columns, others }, part) => ({
          hour,
          part,
          startIndex,
          count,
          columns: Object.fromEntries([
            ...this.#fields.map((name, index) => [name, columns[index] ?? []] as const),
            ...[...others].toSorted(([a], [b]) => (a < b ? -1 : 1)),
          ]),
        })),
      );
  }

  /** A row that has nothing unforeseen, as nearly all, costs no list of its own. */
  #unforeseen(row: JsonObject): readonly string[] {
    let others: string[] | undefined;
    for (const key in row) if (!this.#foreseen.has(key)) (others ??= []).push(key);
    return others ?? nothing;
  }

  /** The part that takes the row: the hour's last one, or a new one where that is full. */
  #partFor(others: readonly string[], row: JsonObject): Part {
    const parts = this.#hours.get(this.#hour) ?? [];
    const last = parts.at(-1);
    const bytes = this.#bytesOf(others, row);
    if (last !== undefined) {
      const more = bytes + bytesBeside(last, others);
      if (last.bytes + more <= mostBytes) {
        last.bytes += more;
        return last;
      }
    }
    const part = { startIndex: this.#rows, columns: this.#fields.map(() => []), others: new Map(), count: 0, bytes };
    this.#hours.set(this.#hour, [...parts, part]);
    return part;
  }

  #bytesOf(others: readonly string[], row: JsonObject): number {
    let bytes = 0;
    for (let index = 0; index < this.#fields.length; index += 1)
      bytes += bytesOf(row[this.#fields[index] ?? ''] ?? null);
    for (const name of others) bytes += bytesOf(name) + bytesOf(row[name] ?? null);
    return bytes;
  }
}

const nothing: readonly string[] = [];

/** What a row adds beside its own values: nulls where it lacks a column, and where the rows before lack one of its own. */
function bytesBeside({ others: known, count }: Part, others: readonly string[]): number {
  if (others.length === 0) return known.size * nullBytes;
  const added = others.filter((name) => !known.has(name)).length;
  return (known.size + added * count) * nullBytes;
}

/** @returns the whole hours in an offset in milliseconds; undefined for what is none */
function hourAt(offset: Json | undefined): number | undefined {
  const millis = typeof offset === 'string' && offset !== '' ? Number(offset) : offset;
  return typeof millis === 'number' && Number.isFinite(millis) ? Math.floor(millis / hourMillis) : undefined;
}

/** Not what every object inherits: a provider's field may have the name of such a thing. */
function valueOf(row: JsonObject, name: string): Json {
  return Object.hasOwn(row, name) ? (row[name] ?? null) : null;
}

function nulls(length: number): Json[] {
  return Array.from({ length }, () => null);
}

/** `null,` */
const nullBytes = 5;

/** At most this long as JSON, with its comma. Longer than need be for most numbers, but cheap. */
function bytesOf(value: Json): number {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e8 ? 10 : 26;
  if (typeof value === 'boolean') return 6;
  if (value === null) return nullBytes;
  // A UTF-16 unit is six bytes at most, where it is escaped, and three of UTF-8 in what is text already.
  return typeof value === 'string' ? value.length * 6 + 3 : JSON.stringify(value).length * 3 + 1;
}
