import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)];

/** kafkajs brings gzip alone. As in the publisher, whose inner files a bench does not see. */
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
  decompress: (buffer: Buffer) => decompress(buffer),
});
