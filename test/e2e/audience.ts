import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractsFolder, fileOf } from '../contracts/folder.ts';
import type { Schema } from '../contracts/schema.ts';
import { validator } from '../contracts/validator.ts';
import { receivedRecord, type ReceivedRecord, type SentMessage } from '../integration/received-record.ts';
import { misread } from './cloud-event.ts';

const { events } = readContract('index.json') as {
  readonly events: Readonly<Record<string, { readonly topic: string }>>;
};

/** All event types that are promised. */
const promised: readonly string[] = Object.keys(events);

/** Those that tell of an athlete's data, and neither of a connection's life nor of the polling. */
export const promisedOfData = promised.filter((type) => !['connection', 'polling'].includes(events[type]?.topic ?? ''));

/** A consumer that believes nothing: each message is held against its committed schema and read by the CloudEvents SDK. */
export class Audience {
  readonly records: ReceivedRecord[] = [];
  readonly #faults = new Map<string, number>();
  readonly #validators = new Map<string, ReturnType<typeof validator>>();

  hear(message: SentMessage): void {
    const record = receivedRecord(message);
    this.records.push(record);
    const { type } = record;
    if (!(type in events)) return this.#note(`${type || message.topic} is not promised`);
    for (const fault of misread(message)) this.#note(`${type} ${fault}`);
    for (const problem of this.#validatorOf(type)(JSON.parse(message.value)))
      this.#note(`${type}${problem.replaceAll(/\/\d+/g, '/N')}`);
  }

  /** What was wrong, and how often. */
  get faults(): readonly string[] {
    return [...this.#faults].map(([fault, times]) => `${times} x ${fault}`);
  }

  /** The records of a tenant. */
  of(tenant: string): readonly ReceivedRecord[] {
    return this.records.filter(({ topic }) => topic.startsWith(`polar.${tenant}.`));
  }

  /** How often each promised type was heard. */
  heard(): ReadonlyMap<string, number> {
    const counts = new Map(promised.toSorted().map((type) => [type, 0]));
    for (const { type } of this.records) counts.set(type, (counts.get(type) ?? 0) + 1);
    return counts;
  }

  #note(fault: string): void {
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
  }

  #validatorOf(type: string): ReturnType<typeof validator> {
    const known = this.#validators.get(type) ?? validator(readContract('schemas', fileOf(type)) as Schema);
    this.#validators.set(type, known);
    return known;
  }
}

function readContract(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(contractsFolder, ...path), 'utf8'));
}
