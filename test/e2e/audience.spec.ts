import { describe, expect, it } from '@jest/globals';
import { contractsFolder } from '../contracts/folder.ts';
import { readExamples } from '../contracts/examples.ts';
import type { SentMessage } from '../integration/received-record.ts';
import { Audience } from './audience.ts';
import { misread } from './cloud-event.ts';

/** The committed example of a type, as it stands on Kafka. */
function example(
  type: string,
  change: (value: Readonly<Record<string, unknown>>) => object = (value) => value,
): SentMessage {
  const found = readExamples(contractsFolder)[type];
  if (found === undefined) throw new Error(`no example of ${type}`);
  const { topic, key, headers, value } = found;
  return { topic, partition: 0, offset: '0', key, headers, value: JSON.stringify(change(value)) };
}

function heard(message: SentMessage): readonly string[] {
  const audience = new Audience();
  audience.hear(message);
  return audience.faults;
}

describe('a consumer that believes nothing', () => {
  it('finds nothing wrong with what was promised', () => {
    expect(heard(example('SleepScored'))).toEqual([]);
  });

  it('notes a value that is not as its schema says', () => {
    const { data: _data, ...rest } = JSON.parse(example('SleepScored').value) as Readonly<Record<string, unknown>>;
    expect(heard(example('SleepScored', () => rest))).toEqual([expect.stringMatching(/SleepScored.* 'data'/)]);
    expect(heard(example('SleepScored', (value) => ({ ...value, revision: 'one' })))).toHaveLength(1);
  });

  it('notes a type that nobody promised', () => {
    const message = example('SleepScored');
    const stray = { ...message, headers: { ...message.headers, ce_type: 'accesslink.SleepDreamt.v1' } };
    expect(heard(stray)).toEqual(['1 x SleepDreamt is not promised']);
  });

  it('notes what the CloudEvents SDK reads otherwise, or not at all', () => {
    const message = example('SleepScored');
    const { ce_source: _source, ...headers } = message.headers;
    expect(misread({ ...message, headers })).toContain('has no header ce_source');
    expect(misread({ ...message, headers: { ...message.headers, Ce_Extra: '1' } })).toContain('has a header Ce_Extra');
    expect(misread(message)).toEqual([]);
  });
});
