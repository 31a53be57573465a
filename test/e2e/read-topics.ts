import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cachedJars } from '../../deploy/local/services/jars.ts';
import { receivedRecord, type ReceivedRecord } from '../integration/received-record.ts';

/**
 * Reads all topics of a prefix with Kafka's Java client (see TopicReader.java).
 * @returns what stops it
 */
export async function readTopics(
  brokers: string,
  prefix: string,
  onRecord: (record: ReceivedRecord) => void,
): Promise<() => Promise<void>> {
  const { kafka } = await cachedJars();
  const reader = spawn(
    'java',
    ['-Xmx256m', '-cp', join(kafka, '*'), join(import.meta.dirname, 'TopicReader.java'), brokers, prefix],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  createInterface({ input: reader.stdout }).on('line', (line) => onRecord(recordOf(line)));
  return async () => {
    const gone = once(reader, 'exit');
    reader.kill('SIGKILL');
    await gone;
  };
}

function recordOf(line: string): ReceivedRecord {
  const [topic = '', partition = '', offset = '', key = '', headers = '', value = '{}'] = line.split('\t');
  const attributes = Object.fromEntries(
    headers
      .split('\u001F')
      .map((header) => [header.slice(0, header.indexOf('=')), header.slice(header.indexOf('=') + 1)]),
  );
  return receivedRecord({ topic, partition: Number(partition), offset, key, headers: attributes, value });
}
