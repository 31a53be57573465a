import { createRequire } from 'node:module';
import { crc32c } from './crc32c.ts';

type Bytes = string | Buffer;

/** A record of a batch, as kafkajs hands it to its encoder. */
export interface RecordToEncode {
  /** Place in the batch. */
  readonly offsetDelta?: number;
  /** Milliseconds after the batch's first record. */
  readonly timestampDelta?: number;
  readonly key?: Bytes | null;
  readonly value?: Bytes | null;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[]>>;
}

/** What kafkajs takes for one of its encoders. */
export interface EncodedRecord {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

type Encode = (record: RecordToEncode) => EncodedRecord;

const require = createRequire(import.meta.url);
const recordPath = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const checksumPath = require.resolve('kafkajs/src/protocol/recordBatch/crc32C/index.js');

/** kafkajs' own: for what we never send, and to be compared with. */
export const slow = {
  encodeRecord: require(recordPath) as Encode,
  crc32c: require(checksumPath) as (bytes: Buffer) => number,
};

/**
 * One record of a batch of version 2 (Kafka's protocol guide, "Record"), byte for byte as kafkajs 2.2.4 encodes it.
 * kafkajs fills half a kilobyte with zeros for each header and number on the way, which is half of all the time that a
 * publisher works; here each record is measured first and written once.
 */
export function encodeRecord(record: RecordToEncode): EncodedRecord {
  const { offsetDelta = 0, timestampDelta = 0, key, value, headers = {} } = record;
  const names = Object.keys(headers);
  const values = names.map((name) => headers[name]);
  if (!values.every(isBytes) || !isSmall(timestampDelta)) return slow.encodeRecord(record);

  const fields = names.flatMap((name, index): Bytes[] => [name, values[index] ?? '']);
  const lengths = fields.map(lengthOf);
  const [keyLength, valueLength] = [lengthOrNull(key), lengthOrNull(value)];
  // One byte for attributes, which have no use yet.
  let size = 1 + sizeOf(timestampDelta) + sizeOf(offsetDelta) + sizeOf(names.length);
  for (const length of [keyLength, valueLength, ...lengths]) size += sizeOf(length) + Math.max(0, length);

  const buffer = Buffer.allocUnsafe(sizeOf(size) + size);
  let at = writeNumber(buffer, 0, size);
  at = writeNumber(buffer, at, 0);
  at = writeNumber(buffer, at, timestampDelta);
  at = writeNumber(buffer, at, offsetDelta);
  at = writeBytes(buffer, at, key ?? '', keyLength);
  at = writeBytes(buffer, at, value ?? '', valueLength);
  at = writeNumber(buffer, at, names.length);
  for (const [index, field] of fields.entries()) at = writeBytes(buffer, at, field, lengths[index] ?? 0);
  return { buf: buffer, buffer };
}

/**
 * For the whole process: batches that kafkajs sends from now on are made by `encodeRecord` and `crc32c`. It loads these modules
 * when it encodes its first batch. Another version than the one that `package.json` pins may have no such modules, and then this
 * file cannot be loaded.
 */
export function encodeFast(): void {
  for (const [path, exports] of [
    [recordPath, encodeRecord],
    [checksumPath, crc32c],
  ] as const) {
    const loaded = require.cache[path];
    if (loaded !== undefined) loaded.exports = exports;
  }
}

const isBytes = (value: unknown): value is Bytes => typeof value === 'string' || Buffer.isBuffer(value);
const isSmall = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 30;
const lengthOf = (value: Bytes): number => (typeof value === 'string' ? Buffer.byteLength(value) : value.length);
/** Kafka's length of null is -1. */
const lengthOrNull = (value: Bytes | null | undefined): number =>
  value === null || value === undefined ? -1 : lengthOf(value);

/** Numbers of both signs in turn, so that small ones are short. */
const zigZag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

/** Bytes of a number with 7 bits in each. */
function sizeOf(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(zigZag(value))) / 7));
}

function writeNumber(buffer: Buffer, from: number, value: number): number {
  let [at, left] = [from, zigZag(value)];
  for (; left > 127; left >>>= 7) at = buffer.writeUInt8((left & 127) | 128, at);
  return buffer.writeUInt8(left, at);
}

function writeBytes(buffer: Buffer, from: number, value: Bytes, length: number): number {
  const at = writeNumber(buffer, from, length);
  if (length <= 0) return at;
  if (typeof value === 'string') buffer.write(value, at, length);
  else value.copy(buffer, at);
  return at + length;
}
