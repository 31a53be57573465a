import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const [zip, unzip] = [promisify(gzip), promisify(gunzip)];
const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)];

interface Encoded {
  readonly buffer: Buffer;
}

/** As in the publisher, whose inner files a bench does not see. */
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.GZIP] = () => ({
  compress: ({ buffer }: Encoded) => zip(buffer, { level: 1 }),
  decompress: (buffer: Buffer) => unzip(buffer),
});
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: Encoded) => compress(buffer),
  decompress: (buffer: Buffer) => decompress(buffer),
});
