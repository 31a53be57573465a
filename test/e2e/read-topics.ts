import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cachedJars } from '../../deploy/local/services/jars.ts';
import type { SentMessage } from '../integration/received-record.ts';

export interface Reading {
  readonly brokers: string;
  readonly prefix: string;
  /** Chunks with their values, which are most of the bytes, or only that they came. */
  readonly chunks: 'values' | 'names';
  readonly onMessage: (message: SentMessage) => void;
}

/**
 * Reads all topics of a prefix with Kafka's Java client (see TopicReader.java).
 * @returns what stops it
 */
export async function readTopics({ brokers, prefix, chunks, onMessage }: Reading): Promise<() => Promise<void>> {
  const { kafka } = await cachedJars();
  const reader = spawn(
    'java',
    ['-Xmx256m', '-cp', join(kafka, '*'), join(import.meta.dirname, 'TopicReader.java'), brokers, prefix, chunks],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const lines = createInterface({ input: reader.stdout }).on('line', (line) => onMessage(messageOf(line)));
  return async () => {
    // The last line may be cut off.
    lines.removeAllListeners('line');
    const gone = once(reader, 'exit');
    reader.kill('SIGKILL');
    await gone;
  };
}

function messageOf(line: string): SentMessage {
  const [topic = '', partition = '', offset = '', key = '', headers = '', value = '{}'] = line.split('\t');
  const attributes = Object.fromEntries(
    headers
      .split('\u001F')
      .map((header) => [header.slice(0, header.indexOf('=')), header.slice(header.indexOf('=') + 1)]),
  );
  return { topic, partition: Number(partition), offset, key, headers: attributes, value };
}
