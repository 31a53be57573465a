import type { EventContract } from './event-contract.ts';
import { ordered, type Schema } from './schema.ts';

/** As in `ce_dataschema`. */
export function schemaId(type: string): string {
  return `urn:accesslink-bridge:schema:${type}:v1`;
}

/** The schema of a message's value. */
export function eventSchema(contract: EventContract, example: unknown): Schema {
  const { type, description, definitions, data } = contract;
  const envelope = envelopeOf(contract);
  return ordered({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaId(type),
    title: type,
    description,
    type: 'object',
    required: Object.keys(envelope).filter((name) => name !== 'changedFields' || contract.changedFields === 'always'),
    properties: { ...envelope, data },
    additionalProperties: true,
    ...(example !== undefined && { examples: [example] }),
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  });
}

function perOwner(ofClient: EventContract['ofClient'], description: string, more: Schema = {}): Schema {
  if (ofClient === true) return { description: "Null: it is a client's and no athlete's.", type: 'null' };
  if (!ofClient) return { description, type: 'string', ...more };
  return {
    description: `${description} Null where it is a client's and no athlete's.`,
    type: ['string', 'null'],
    ...more,
  };
}

function envelopeOf(contract: EventContract): Readonly<Record<string, Schema>> {
  const { ofClient, resource, identity, changedFields } = contract;
  return {
    connection: perOwner(
      ofClient,
      `Id of the athlete's connection; the message's key${contract.stateAs === undefined ? '' : ' begins with it'}.`,
      { format: 'uuid' },
    ),
    userReference: perOwner(ofClient, 'How the tenant calls the athlete.'),
    resource: { description: 'What it is about.', const: resource },
    identity: {
      description: `Unique with \`resource\` inside one connection${identity.length === 0 ? '' : `: ${identity.join(', ')}`}.`,
      type: 'array',
      items: { type: 'string' },
    },
    revision: { description: 'Rises with each change of the identity, from 1.', type: 'integer', minimum: 1 },
    mode: {
      description:
        'How it came about: `live` as it happened, `backfill` from the time before the connection, `reconcile` by the comparison of whole listings (deletions).',
      enum: ['live', 'backfill', 'reconcile'],
    },
    observedAt: { description: 'When the bridge saw it. RFC 3339, UTC.', type: 'string', format: 'date-time' },
    polarModifiedAt: {
      description: 'When it changed at Polar. RFC 3339; null where Polar does not say.',
      type: ['string', 'null'],
      format: 'date-time',
    },
    utcOffsetMinutes: {
      description: "The athlete's offset from UTC in minutes, east is positive; null until the data tell it.",
      type: ['integer', 'null'],
    },
    ...(changedFields !== 'never' && {
      changedFields: {
        description: `Fields of \`data\` that differ from the revision before${changedFields === 'always' ? '' : '; absent at first sight'}.`,
        type: 'array',
        items: { type: 'string' },
      },
    }),
    data: {},
  };
}
