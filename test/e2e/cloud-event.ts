import { isDeepStrictEqual } from 'node:util';
import { Kafka, type CloudEvent, type KafkaMessage } from 'cloudevents';
import type { SentMessage } from '../integration/received-record.ts';

/** What the Kafka binding of CloudEvents 1.0 asks of a message in binary mode. */
const needed = ['content-type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type'];

/**
 * Reads a message with the official SDK and compares it with what we say that it says.
 * @returns what does not agree
 */
export function misread({ key, headers, value }: SentMessage): readonly string[] {
  const faults = [
    ...needed.filter((name) => headers[name] === undefined).map((name) => `has no header ${name}`),
    ...Object.keys(headers)
      .filter((name) => name !== 'content-type' && !/^ce_[a-z0-9]{1,20}$/.test(name))
      .map((name) => `has a header ${name}`),
  ];
  try {
    const message: KafkaMessage<string> = { key, headers, value, body: value };
    const event = Kafka.toEvent(message) as CloudEvent<unknown>;
    event.validate();
    const data: unknown = typeof event.data === 'string' ? JSON.parse(event.data) : event.data;
    const read = { ...event, data, partitionkey: event['partitionkey'] };
    const meant: Readonly<Record<string, unknown>> = {
      id: headers['ce_id'],
      source: headers['ce_source'],
      type: headers['ce_type'],
      subject: headers['ce_subject'],
      dataschema: headers['ce_dataschema'],
      datacontenttype: headers['content-type'],
      specversion: '1.0',
      partitionkey: key,
      data: JSON.parse(value),
    };
    for (const [name, ours] of Object.entries(meant)) {
      if (!isDeepStrictEqual(read[name as keyof typeof read], ours)) faults.push(`is read with another ${name}`);
    }
  } catch (error) {
    faults.push(`is no CloudEvent: ${String(error)}`);
  }
  return faults;
}
