import { eventTypeOf, type EventContract } from './event-contract.ts';
import { schemaId } from './event-schema.ts';
import type { Examples } from './examples.ts';
import { fileOf } from './folder.ts';
import { openValues } from './open-enum.ts';
import { referred, type Schema } from './schema.ts';

/** The page that consumers read: every topic, every event type, when it comes and what it carries. */
export function cataloguePage(
  all: readonly EventContract[],
  states: readonly EventContract[],
  examples: Examples,
): string {
  const topics = [...Map.groupBy(all, ({ topic }) => topic)];
  return [
    head,
    '## Topics',
    table(
      ['Topic', 'Events'],
      topics.map(([topic, events]) => [
        `[\`<prefix>.${topic}.v1\`](#prefix${topic}v1)`,
        events.map(({ type }) => `[${type}](#${type.toLowerCase()})`).join(', '),
      ]),
    ),
    inFull(examples['SleepScored']),
    aboutStates,
    statesTable(states),
    ...topics.flatMap(([topic, events]) => [
      `## \`<prefix>.${topic}.v1\``,
      ...events.map((event) => section(event, examples[event.type] !== undefined, before(event, events))),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

const head = `# Events

Written by \`npm run contracts\` from the same contracts as the [JSON Schemas](schemas), the [AsyncAPI document](asyncapi.yaml) and the
[TypeScript types](types). The [examples](examples) are from a run of the whole product against the simulator (\`npm run contracts:examples\`);
their lists are cut after three entries.

Messages are CloudEvents 1.0 in Kafka's binary mode. \`<prefix>\` is \`polar.<tenant>\` unless the tenant says otherwise. The key is the
connection's id, so that the events of an athlete are in order inside a topic. \`ce_sequence\` counts a connection's events over all topics
without gaps. Read with \`read_committed\` and drop a \`ce_id\` that you have seen: it is the same for the same change, however often it is told.

\`ce_mode\` is \`backfill\` for the days before the connection, \`reconcile\` for deletions, and \`live\` for all else. \`ce_time\` and
\`polarModifiedAt\` say when it changed at Polar, where the provider tells it; else the one is \`observedAt\`, when the bridge saw it, and the other null. \`utcOffsetMinutes\` is null
until the athlete's data tell it.

\`data\` has Polar's own names and nesting, with corrected values: numbers are numbers, 64-bit ids are text, durations are ISO 8601, and local
times have no offset. The provider leaves out what it has no value for, and may send fields and values that are not listed: ignore
what you do not know. What it sends otherwise than documented passes through, and [SchemaDriftDetected](#schemadriftdetected) tells of it.

Inside \`v1\` fields may be added. A field that goes away, is narrowed, or gets another type is a new version on a new topic:
\`npm run contracts:check\` refuses it.`;

function inFull(example: Examples[string] | undefined): string {
  if (example === undefined) return '';
  const headers = Object.entries(example.headers).map(([name, value]) => `${name}: ${value}`);
  return `One message in full:

\`\`\`text
topic: ${example.topic}
key: ${example.key}
${headers.join('\n')}
\`\`\`

\`\`\`json
${JSON.stringify(example.value, null, 2)}
\`\`\``;
}

const aboutStates = `## States

Where the tenant has \`topics: { state: true }\`, each topic of a resource has a compacted one beside it, \`<prefix>.<topic>.state.v1\`, for
consumers that want what there is now and no history. A message is the whole content of one thing, with the headers and the envelope of an event,
but \`ce_sequence\` and \`changedFields\`; a message without a value says that it is gone: deleted, no part of its whole any more, or the
athlete was disconnected. The last message of a key counts, and has the highest \`ce_revision\`.

The key is the connection's id, \`|\`, and resource, entity and the parts of the identity, percent-encoded, with \`/\` between them; of what is the same for
all athletes it has no connection and no \`|\`. States come in the same transaction as the events of their change, after them. Long series come in
chunks here too: \`chunks\` of the whole names those that it has. Order holds for each key only: the whole may be read before
its chunks. Fields that may move by themselves without a revision,
such as \`modified\`, are as they were at this revision.

A state is written when something changes, so what was there before the tenant switched states on comes with its next change. Before they are
switched on again after a pause, and for good when they are switched off, delete the topics: nobody ends what changes meanwhile.`;

function statesTable(states: readonly EventContract[]): string {
  return table(
    ['Topic', 'State', 'Resource', 'Identity', '`data` as in'],
    states.map(({ type, topic, resource, identity, stateAs = '' }) => [
      `\`<prefix>.${topic}.v1\``,
      `[${type}](schemas/${fileOf(type)})`,
      resource,
      identity.join(', '),
      `[${stateAs}](#${stateAs.toLowerCase()})`,
    ]),
  );
}

/** The first event of a topic that has the same data. */
function before(event: EventContract, events: readonly EventContract[]): EventContract | undefined {
  const same = events.find(({ data }) => JSON.stringify(data) === JSON.stringify(event.data));
  return same === event ? undefined : same;
}

function section(event: EventContract, hasExample: boolean, same: EventContract | undefined): string {
  const { type, description, identity, resource, changedFields } = event;
  const links = [`[schema](schemas/${fileOf(type)})`, ...(hasExample ? [`[example](examples/${fileOf(type)})`] : [])];
  const about = [
    `\`ce_type\` \`${eventTypeOf(type)}\``,
    `resource \`${resource}\``,
    ...(identity.length > 0 ? [`identity: ${identity.join(', ')}`] : []),
    ...(changedFields === 'never' ? [] : [`\`changedFields\` ${changedFields}`]),
    links.join(', '),
  ];
  return `### ${type}\n\n${description}\n\n${about.join(' · ')}\n\n${same === undefined ? fields(event) : `\`data\` as in [${same.type}](#${same.type.toLowerCase()}).`}`;
}

function fields({ data, definitions, type }: EventContract): string {
  const whole = definitions[referred(data) ?? ''] ?? data;
  const required = new Set(whole.required);
  const rows = Object.entries(whole.properties ?? {}).map(([name, field]) => [
    `\`${name}\`${required.has(name) ? '' : '?'}`,
    kindOf(field, definitions),
    (field.description ?? '').replaceAll('|', '\\|'),
  ]);
  return rows.length === 0 ? `\`data\`: see ${schemaId(type)}.` : table(['`data`', 'Type', ''], rows);
}

/** In a word or two; the schema has the rest. */
function kindOf(schema: Schema, definitions: Readonly<Record<string, Schema>>): string {
  const name = referred(schema);
  if (name !== undefined) return kindOf(definitions[name] ?? {}, definitions);
  if (openValues(schema) !== undefined) return 'constant';
  if (schema.items !== undefined) return `list of ${kindOf(schema.items, definitions)}`;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => kindOf(one, definitions)).join(' or ');
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return schema.format === undefined ? type : type.replace('string', schema.format);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
