import { stringify } from 'yaml';
import { combined, pascal } from './combined.ts';
import { eventTypeOf, type EventContract } from './event-contract.ts';
import { schemaId } from './event-schema.ts';
import type { Example, Examples } from './examples.ts';
import { mapInside, referred, type Schema } from './schema.ts';

/** The whole contract in one AsyncAPI 3 document that refers to no other file. */
export function asyncApi(
  events: readonly EventContract[],
  states: readonly EventContract[],
  examples: Examples,
  version: string,
): string {
  const all = [...events, ...states];
  const topics = Map.groupBy(all, ({ topic }) => topic);
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'accesslink-bridge events',
      version,
      description: about,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{brokers}',
        protocol: 'kafka',
        description: 'The Kafka cluster that the bridge publishes to. Read with `isolation.level=read_committed`.',
        variables: { brokers: { description: 'As in `KAFKA_BROKERS`.', default: 'localhost:9092' } },
      },
    },
    channels: Object.fromEntries([...topics].map(([topic, events]) => [topic, channel(topic, events)])),
    operations: Object.fromEntries(
      [...topics].map(([topic, events]) => [
        `publish${pascal(topic.replace('.', '-'))}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${topic}` },
          summary: `The bridge publishes ${events.map(({ type }) => type).join(', ')}.`,
          messages: events.map(({ type }) => ({ $ref: `#/channels/${topic}/messages/${type}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(all.map((event) => [event.type, message(event, examples[event.type])])),
      schemas: {
        CloudEventsHeaders: headers,
        StateHeaders: stateHeaders,
        ...Object.fromEntries(Object.entries(combined(all)).map(([name, schema]) => [name, placed(schema)])),
      },
    },
  };
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 120 });
}

const about = `Typed domain events of Polar AccessLink v4, which has no webhooks: CloudEvents 1.0 in Kafka's binary mode.

Per connection the events of one topic are in order. \`ce_id\` is the same for the same change, however often it is told.
Fields may be added to any event, and the provider may send fields and values that nobody has documented: ignore what you
do not know. Nothing else changes inside a version.`;

function channel(topic: string, events: readonly EventContract[]): unknown {
  const resources = [...new Set(events.map(({ resource }) => resource))].join(', ');
  return {
    address: `{prefix}.${topic}.v1`,
    title: topic,
    description: isOfStates(events)
      ? `The newest state of everything of ${resources}, where the tenant has \`topics.state\`. The topic is compacted: a key's last message counts, and one without a value says that it is gone.`
      : `Events of ${resources}.`,
    parameters: {
      prefix: {
        description: "The tenant's `topics.prefix`.",
        default: 'polar.acme',
      },
    },
    messages: Object.fromEntries(events.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: {
      kafka: {
        topicConfiguration: { 'cleanup.policy': [isOfStates(events) ? 'compact' : 'delete'] },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function message(event: EventContract, example: Example | undefined): unknown {
  const { type, description } = event;
  return {
    name: eventTypeOf(type),
    title: type,
    summary: description,
    contentType: 'application/json',
    headers: {
      allOf: [
        { $ref: `#/components/schemas/${event.stateAs === undefined ? 'CloudEventsHeaders' : 'StateHeaders'}` },
        {
          type: 'object',
          properties: { ce_type: { const: eventTypeOf(type) }, ce_dataschema: { const: schemaId(type) } },
        },
      ],
    },
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: {
      kafka: {
        key: keyOf(event),
        bindingVersion: '0.5.0',
      },
    },
    ...(example !== undefined && {
      examples: [{ name: type, headers: example.headers, payload: example.value }],
    }),
  };
}

function isOfStates(contracts: readonly EventContract[]): boolean {
  return contracts.every(({ stateAs }) => stateAs !== undefined);
}

function keyOf({ ofClient, resource, stateAs }: EventContract): Schema {
  if (stateAs !== undefined)
    return {
      type: 'string',
      description: `${ofClient === true ? '' : "Id of the athlete's connection, `|`, "}resource, entity and the parts of the identity, percent-encoded, with \`/\` between them.`,
    };
  if (ofClient === true) return { type: 'string', const: resource, description: "It is a client's and no athlete's." };
  if (!ofClient) return { type: 'string', format: 'uuid', description: "Id of the athlete's connection." };
  return { type: 'string', description: `Id of the athlete's connection; \`${resource}\` where it is a client's.` };
}

const text = (description: string, more: Schema = {}): Schema => ({ description, type: 'string', ...more });

const headers: Schema = {
  title: 'CloudEvents 1.0 attributes as Kafka headers',
  description: 'Every value is text. More headers may come.',
  type: 'object',
  required: [
    'content-type',
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_subject',
    'ce_time',
    'ce_dataschema',
    'ce_tenant',
    'ce_mode',
    'ce_revision',
    'ce_sequence',
  ],
  properties: {
    'content-type': { const: 'application/json' },
    ce_specversion: { const: '1.0' },
    ce_id: text('UUIDv5 of connection, resource, identity, type and revision: drop an id that you have seen.', {
      format: 'uuid',
    }),
    ce_source: text('`/tenants/<tenant>/connections/<id>`, or `/tenants/<tenant>` for what is no athlete’s.', {
      format: 'uri-reference',
    }),
    ce_type: text('Such as `accesslink.SleepScored.v1`.'),
    ce_subject: text('Resource and identity, percent-encoded, such as `sleeps/2026-11-22`.'),
    ce_time: text('When it changed at Polar where that is known, else when it was observed.', { format: 'date-time' }),
    ce_dataschema: text('URN of the JSON Schema of the value; its `$id`.', { format: 'uri' }),
    ce_tenant: text('The tenant.'),
    ce_mode: { description: 'As in the value.', enum: ['live', 'backfill', 'reconcile'] },
    ce_revision: text('As in the value.', { pattern: '^[1-9][0-9]*$' }),
    ce_sequence: text("Counts a connection's events over all topics, from 1, without gaps.", {
      pattern: '^[1-9][0-9]*$',
    }),
    ce_traceparent: text('W3C trace context of the poll, where it was traced.'),
    ce_replay: text('Only where an event is published once more: the id of the replay.', { format: 'uuid' }),
  },
  additionalProperties: { type: 'string' },
};

/** States have no place in the sequence: it counts events. */
const stateHeaders: Schema = {
  ...headers,
  required: (headers.required ?? []).filter((name) => name !== 'ce_sequence'),
  properties: Object.fromEntries(Object.entries(headers.properties ?? {}).filter(([name]) => name !== 'ce_sequence')),
};

/** With references to where AsyncAPI keeps its schemas. */
function placed(schema: Schema): Schema {
  const name = referred(schema);
  const inside = mapInside(schema, placed);
  return name === undefined ? inside : { ...inside, $ref: `#/components/schemas/${name}` };
}
