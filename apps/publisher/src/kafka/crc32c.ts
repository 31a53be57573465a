/** CRC-32C (Castagnoli), bits reversed. */
const polynomial = 0x82_f6_3b_78;
const width = 8;

/** For each byte, at each of the eight places of a step: what it does to the checksum. */
const tables = tablesOf();

function tablesOf(): Int32Array {
  const all = new Int32Array(width * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    all[byte] = crc;
  }
  for (let at = 256; at < all.length; at += 1) {
    const before = all[at - 256] ?? 0;
    all[at] = (before >>> 8) ^ (all[before & 255] ?? 0);
  }
  return all;
}

/**
 * The checksum of a batch of records (Kafka's protocol guide, "Record Batch"), eight bytes a step.
 * @returns a number without a sign, of 32 bits
 */
export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % width);
  let crc = -1;
  for (let at = 0; at < whole; at += width) {
    const [low, high] = [crc ^ view.getInt32(at, true), view.getInt32(at + 4, true)];
    crc = quarter(7, low) ^ quarter(3, high);
  }
  for (let at = whole; at < bytes.length; at += 1) crc = (crc >>> 8) ^ entry(0, crc ^ view.getUint8(at));
  return ~crc >>> 0;
}

/** Four bytes, the lowest of which is so many places before the end of the step. */
const quarter = (place: number, bytes: number): number =>
  entry(place, bytes) ^ entry(place - 1, bytes >>> 8) ^ entry(place - 2, bytes >>> 16) ^ entry(place - 3, bytes >>> 24);

const entry = (place: number, byte: number): number => tables[place * 256 + (byte & 255)] as number;
