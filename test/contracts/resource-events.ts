import { eventTypes, type EntityEvents, type Resource } from '#core';
import { dataOf } from './entity-data.ts';
import type { EventContract } from './event-contract.ts';
import { contractOf, resourcesFolder, type ResourceContract } from './resource-contract.ts';
import { reachable, referred, type Schema } from './schema.ts';

/** One way in which an entity uses an event type. */
interface Use {
  readonly type: string;
  readonly when: string;
  readonly changedFields: EventContract['changedFields'];
  readonly data: Schema;
}

/** Everything that a resource may emit, from its descriptor, the provider's schema and what `contract.json` adds. */
export function resourceEvents(resource: Resource, folder = resourcesFolder): readonly EventContract[] {
  const contract = contractOf(resource, eventTypes(resource), folder);
  const data = dataOf(resource, contract);
  return Object.entries(resource.entities).flatMap(([entity, { events }]) => {
    const about = aboutOf(resource, entity, contract);
    const uses = usesOf(events, about, data.entities[entity] ?? {}, data.definitions);
    return [...Map.groupBy(uses, ({ type }) => type)].map(([type, same]) => ({
      type,
      topic: resource.topic,
      resource: resource.name,
      ofClient: resource.perClient,
      description: contract.events?.[type] ?? same.map(({ when }) => when).join(' '),
      identity: contract.entities?.[entity]?.identity ?? [],
      changedFields: together(same),
      data: same[0]?.data ?? {},
      definitions: reachable(same[0]?.data ?? {}, data.definitions),
    }));
  });
}

/** What one of an entity is called inside a sentence. */
export function aboutOf({ name, entities }: Resource, entity: string, contract: ResourceContract): string {
  return (
    contract.entities?.[entity]?.about ??
    (Object.keys(entities).length === 1 ? `one of ${name}` : `a ${entity} of ${name}`)
  );
}

function usesOf(
  events: EntityEvents,
  about: string,
  data: Schema,
  definitions: Readonly<Record<string, Schema>>,
): readonly Use[] {
  const known = Object.keys(events.kinds ?? {});
  return [
    {
      type: events.recorded,
      when:
        known.length === 0
          ? `${sentence(about)} is there for the first time.`
          : `${sentence(about)} of a kind that nobody foresaw is there for the first time.`,
      changedFields: 'never',
      data,
    },
    ...Object.entries(events.kinds ?? {}).map(([kind, type]): Use => ({
      type,
      when: `${sentence(about)} with \`${kind}\` is there for the first time.`,
      changedFields: 'never',
      data: ofKind(data, kind, known, definitions),
    })),
    {
      type: events.revised,
      when: `${sentence(about)} changed; \`changedFields\` names the fields.`,
      changedFields: 'always',
      data,
    },
    ...(events.deleted === undefined ? [] : [deletion(events.deleted, about)]),
    ...(events.finalised === undefined
      ? []
      : [
          {
            type: events.finalised,
            when: `The day is over, and ${about} has not changed for \`finaliseSeconds\`.`,
            changedFields: 'never' as const,
            data,
          },
        ]),
    ...Object.entries(events.appears ?? {}).map(([field, { type, fields }]): Use => ({
      type,
      when: `The field \`${field}\` of ${about} is there for the first time.`,
      changedFields: 'never',
      data: only(data, fields, definitions),
    })),
    ...(events.turns ?? []).map(({ field, to, type }): Use => ({
      type,
      when: `The field \`${field}\` of ${about} changed${to === undefined ? '' : ` to \`${JSON.stringify(to)}\``}.`,
      changedFields: 'always',
      data,
    })),
  ];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A type that tells of the first sight too has no `changedFields` then. */
function together(uses: readonly Use[]): EventContract['changedFields'] {
  const all = new Set(uses.map(({ changedFields }) => changedFields));
  return all.size === 1 ? (uses[0]?.changedFields ?? 'never') : 'on revisions';
}

/** An entry of one kind lacks the fields of the others. */
function ofKind(
  data: Schema,
  kind: string,
  known: readonly string[],
  definitions: Readonly<Record<string, Schema>>,
): Schema {
  const names = Object.keys(whole(data, definitions).properties ?? {});
  const kept = only(
    data,
    names.filter((name) => name === kind || !known.includes(name)),
    definitions,
  );
  return names.includes(kind) ? { ...kept, required: [...(kept.required ?? []), kind] } : kept;
}

function only(data: Schema, names: readonly string[], definitions: Readonly<Record<string, Schema>>): Schema {
  const { properties = {}, required, ...rest } = whole(data, definitions);
  const kept = required?.filter((name) => names.includes(name)) ?? [];
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name))),
    ...(kept.length > 0 && { required: kept }),
  };
}

function whole(data: Schema, definitions: Readonly<Record<string, Schema>>): Schema {
  return definitions[referred(data) ?? ''] ?? data;
}

function deletion(type: string, about: string): Use {
  return {
    type,
    when: `Two complete listings, at least \`confirmDeletionSeconds\` apart, lacked ${about}. \`ce_mode\` is \`reconcile\`.`,
    changedFields: 'never',
    data: {
      type: 'object',
      required: ['identity', 'date', 'missingSince'],
      properties: {
        identity: { description: 'As in the envelope.', type: 'array', items: { type: 'string' } },
        date: {
          description: 'The local day that it was filed under; null for what belongs to no day.',
          type: ['string', 'null'],
          format: 'date',
        },
        missingSince: {
          description: 'When the first listing lacked it.',
          type: 'string',
          format: 'date-time',
        },
      },
      additionalProperties: true,
    },
  };
}
