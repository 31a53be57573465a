import type { ReceivedEvent } from '../../../deploy/local/quickstart/consume.ts';
import { typeOfHeader, type Example } from '../examples.ts';

/** The message behind what the quickstart's consumer shows. */
export function messageOf({ topic, key, attributes, payload }: ReceivedEvent): Example {
  const headers = Object.entries(attributes).map(
    ([name, value]) => [name === 'content-type' ? name : `ce_${name}`, value] as const,
  );
  return { topic, key, headers: Object.fromEntries(headers), value: payload };
}

/** @returns such as `SleepScored` */
export function typeOf({ attributes }: ReceivedEvent): string {
  return typeOfHeader(attributes['type']);
}
