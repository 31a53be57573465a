import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';
import { encodeRecord, slow, type RecordToEncode } from './records.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 120, maxLength: 300 }));
const bytes = fc.oneof(
  text,
  fc.uint8Array().map((array) => Buffer.from(array)),
);
const record: fc.Arbitrary<RecordToEncode> = fc.record(
  {
    offsetDelta: fc.nat({ max: 100_000 }),
    timestampDelta: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 33 })),
    key: fc.option(bytes),
    value: fc.option(fc.oneof(bytes, fc.string({ minLength: 8_000, maxLength: 9_000 }))),
    headers: fc.dictionary(text, fc.oneof(bytes, fc.array(bytes))),
  },
  { requiredKeys: [] },
);

describe('encodeRecord', () => {
  it('writes what kafkajs writes, byte for byte', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(encodeRecord(one).buffer.equals(slow.encodeRecord(one).buffer)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('writes lengths at the edges of their size', () => {
    for (const length of [0, 1, 62, 63, 64, 65, 8_190, 8_191, 8_192, 8_193, 1_048_575, 1_048_576]) {
      const one = {
        key: 'k',
        value: 'v'.repeat(length),
        headers: { ['n'.repeat(length % 9_000)]: 'ä'.repeat(length % 9_000) },
      };
      expect(encodeRecord(one).buffer.equals(slow.encodeRecord(one).buffer)).toBe(true);
    }
  });
});

it('is what kafkajs encodes with, once there is a client', async () => {
  // In a process without jest's own modules.
  const script = `
    import { createRequire } from 'node:module';
    const require = createRequire(process.argv[1]);
    const { createKafka } = await import(process.argv[1]);
    createKafka({ brokers: '127.0.0.1:1', deployment: 'test' });
    require('kafkajs/src/protocol/requests/produce/v3/request.js');
    const loaded = ['record/v0/index.js', 'crc32C/index.js'].map(
      (file) => require('kafkajs/src/protocol/recordBatch/' + file).name);
    console.log(JSON.stringify(loaded));`;
  const file = join(import.meta.dirname, 'client.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, file]);
  expect(JSON.parse(stdout)).toEqual(['encodeRecord', 'crc32c']);
});

describe('crc32c', () => {
  it('is the checksum of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3_06_92_83);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a_91_36_aa);
  });

  it('is what kafkajs has for it, for each length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (array) => {
        expect(crc32c(array)).toBe(slow.crc32c(Buffer.from(array)));
      }),
      { numRuns: 1_000 },
    );
  });
});
