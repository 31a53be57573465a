import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { combined } from './combined.ts';
import { eventTypeOf, type EventContract } from './event-contract.ts';
import { openNote, openValues } from './open-enum.ts';
import { mapInside, mapValues, referred, type Schema } from './schema.ts';

/** A package of types without any runtime: its files by their names. */
export async function typesPackage(
  events: readonly EventContract[],
  states: readonly EventContract[],
  version: string,
): Promise<Readonly<Record<string, string>>> {
  const packageJson = {
    name: '@accesslink-bridge/events',
    version,
    description: 'Types of the events that accesslink-bridge publishes to Kafka. Generated; no runtime.',
    license: 'Apache-2.0',
    types: './index.d.ts',
    exports: { '.': { types: './index.d.ts' } },
    files: ['index.d.ts'],
  };
  return {
    'index.d.ts': `${banner}\n${union(events)}\n${stateUnion(states)}\n${await interfaces([...events, ...states])}`,
    'package.json': `${JSON.stringify(packageJson, null, 2)}\n`,
    'README.md': readme,
  };
}

const banner = `// Generated from the contracts of accesslink-bridge by \`npm run contracts\`. Do not edit.
// \`(string & {})\` after a list of values: the provider may send others, take them as unknown.
`;

function union(all: readonly EventContract[]): string {
  return `/** The value of each event type, by \`ce_type\`. */
export interface EventValues {
${all.map(({ type }) => `  '${eventTypeOf(type)}': ${type};`).join('\n')}
}

export type EventType = keyof EventValues;

/** The last part of the topic \`<prefix>.<topic>.v1\` that an event type is published to. */
export interface EventTopics {
${all.map(({ type, topic }) => `  '${eventTypeOf(type)}': '${topic}';`).join('\n')}
}

/** CloudEvents 1.0 attributes, as they stand in the headers of a Kafka message. */
export interface EventHeaders<Type extends EventType = EventType> {
  'content-type': 'application/json';
  ce_specversion: '1.0';
  /** The same for the same change, however often it is told. */
  ce_id: string;
  ce_source: string;
  ce_type: Type;
  ce_subject: string;
  /** RFC 3339: when it changed at Polar where that is known, else when it was observed. */
  ce_time: string;
  ce_dataschema: string;
  ce_tenant: string;
  ce_mode: 'live' | 'backfill' | 'reconcile';
  ce_revision: string;
  /** Counts a connection's events over all topics, from 1, without gaps. */
  ce_sequence: string;
  ce_traceparent?: string;
  /** Only where an event is published once more: the id of the replay. */
  ce_replay?: string;
}

/** An event of a certain type. */
export interface EventOf<Type extends EventType> {
  ce_type: Type;
  headers: EventHeaders<Type>;
  /** Id of the connection; the name of the resource for what is no athlete's. */
  key: string;
  value: EventValues[Type];
}

/** Any event: \`ce_type\` says which. */
export type Event = { [Type in EventType]: EventOf<Type> }[EventType];
`;
}

function stateUnion(states: readonly EventContract[]): string {
  return `/** The value of each type of states, by \`ce_type\`. */
export interface StateValues {
${states.map(({ type }) => `  '${eventTypeOf(type)}': ${type};`).join('\n')}
}

export type StateType = keyof StateValues;

/** The state of one thing, from the topic \`<prefix>.<topic>.state.v1\`. */
export interface StateOf<Type extends StateType> {
  ce_type: Type;
  headers: Omit<EventHeaders, 'ce_type' | 'ce_sequence'> & { ce_type: Type };
  /** What a topic is compacted by: connection, resource, entity and identity. */
  key: string;
  /** Null: it is gone. */
  value: StateValues[Type] | null;
}

/** Any state: \`ce_type\` says which. */
export type State = { [Type in StateType]: StateOf<Type> }[StateType];
`;
}

const envelopes = [
  { name: 'EventEnvelope', ofClient: false, description: 'What the events of an athlete have in common.' },
  {
    name: 'ClientEventEnvelope',
    ofClient: true,
    description: 'What the events of a client, and of no athlete, have in common.',
  },
  {
    name: 'AnyEventEnvelope',
    ofClient: 'sometimes',
    description: "What events have in common that may be an athlete's or a client's.",
  },
] as const;

async function interfaces(all: readonly EventContract[]): Promise<string> {
  const schemas = combined(all);
  const owners = new Map(all.map(({ type, ofClient }) => [type, ofClient]));
  const definitions: Record<string, Schema> = mapValues(schemas, (schema, name) => {
    const envelope = envelopes.find(({ ofClient }) => ofClient === owners.get(name));
    return envelope === undefined ? forTypes(schema) : extending(envelope.name, forTypes(schema));
  });
  for (const { name, description, ofClient } of envelopes) {
    const one = schemas[all.find((event) => event.ofClient === ofClient)?.type ?? ''];
    if (one !== undefined) definitions[name] = { ...only(forTypes(one), shared), description };
  }
  const root = { title: 'Root', type: 'object', properties: {}, definitions };
  const text = await compile(root as unknown as JSONSchema, 'Root', {
    additionalProperties: false,
    bannerComment: '',
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  return text
    .replace('export interface Root {}\n', '')
    .replaceAll(
      /(?:\/\*\*\n| \*\n) \* This interface was referenced by `Root`'s JSON-Schema\n \* via the `definition` "[^"]*"\.\n( \*\/\n)?/g,
      (found, end: string | undefined) => (found.startsWith('/**') ? '' : (end ?? '')),
    );
}

/** What does not say anything of the single event type. */
const shared = ['connection', 'userReference', 'revision', 'mode', 'observedAt', 'polarModifiedAt', 'utcOffsetMinutes'];

function only(schema: Schema, names: readonly string[]): Schema {
  return {
    type: 'object',
    required: (schema.required ?? []).filter((name) => names.includes(name)),
    properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => names.includes(name))),
  };
}

function extending(envelope: string, schema: Schema): Schema {
  const own = Object.keys(schema.properties ?? {}).filter((name) => !shared.includes(name));
  const { description = '' } = schema;
  return { ...only(schema, own), description, extends: { $ref: `#/definitions/${envelope}` } } as Schema;
}

/** As the library wants it: an open list of values keeps them for completion, and more properties need no saying. */
function forTypes(schema: Schema): Schema {
  const values = openValues(schema);
  const { title: _title, examples: _examples, additionalProperties, ...rest } = mapInside(schema, forTypes);
  const name = referred(schema);
  const description = schema.description?.replace(openNote, '').trim();
  return {
    ...rest,
    ...(description !== undefined && { description }),
    ...(typeof additionalProperties === 'object' && { additionalProperties }),
    ...(name !== undefined && { $ref: `#/definitions/${name}` }),
    ...(values !== undefined && { tsType: `${values.map((value) => `'${value}'`).join(' | ')} | (string & {})` }),
  };
}

const readme = `# @accesslink-bridge/events

Types of the events that accesslink-bridge publishes to Kafka. Generated from the same contracts as the JSON Schemas and the
AsyncAPI document; no runtime.

\`\`\`ts
import type { Event } from '@accesslink-bridge/events';

function on(event: Event): void {
  switch (event.ce_type) {
    case 'accesslink.SleepScored.v1':
      console.log(event.value.data.sleepScore?.sleepScore);
      break;
    case 'accesslink.ConsentRevoked.v1':
      forget(event.value.userReference);
      break;
  }
}

consumer.run({
  eachMessage: async ({ message }) => {
    const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
    on({ ce_type: headers.ce_type, headers, key: String(message.key), value: JSON.parse(String(message.value)) } as Event);
  },
});
\`\`\`

Fields that the provider sends are optional: it leaves out at will what it has no value for. Ignore fields and values that
you do not know.
`;
