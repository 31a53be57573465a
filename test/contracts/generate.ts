import type { Resource } from '#core';
import { asyncApi } from './asyncapi.ts';
import { cataloguePage } from './catalogue-page.ts';
import { contracts } from './contracts.ts';
import type { EventContract } from './event-contract.ts';
import { eventSchema, schemaId } from './event-schema.ts';
import type { Examples } from './examples.ts';
import { states } from './resource-states.ts';
import { fileOf } from './folder.ts';
import { formatted } from './formatted.ts';
import { typesPackage } from './types-package.ts';

interface Place {
  readonly topic: string;
  readonly resource: string;
  readonly schema: string;
}

/** Where each event type is published, for programs, and where the states of each entity. */
export interface Index {
  readonly events: Readonly<Record<string, Place>>;
  readonly states?: Readonly<Record<string, Place>>;
}

/** Texts by their paths inside `config/contracts`. The same code and examples give the same bytes. */
export type Files = ReadonlyMap<string, string>;

export async function generate(
  resources: readonly Resource[],
  examples: Examples,
  version: string,
  folder?: string,
): Promise<Files> {
  const all = contracts(resources, folder);
  const whole = states(resources, folder);
  const types = await typesPackage(all, whole, version);
  const texts: readonly (readonly [name: string, text: string])[] = [
    ['index.json', JSON.stringify({ events: placesOf(all), states: placesOf(whole) } satisfies Index)],
    ['asyncapi.yaml', asyncApi(all, whole, examples, version)],
    ['events.md', cataloguePage(all, whole, examples)],
    ...[...all, ...whole].map(
      (event) =>
        [
          `schemas/${fileOf(event.type)}`,
          JSON.stringify(eventSchema(event, examples[event.type]?.value), null, 2),
        ] as const,
    ),
    ...Object.entries(types).map(([name, text]) => [`types/${name}`, text] as const),
  ];
  const files = texts.map(
    async ([name, text]) => [name, name.endsWith('.md') ? text : await formatted(name, text)] as const,
  );
  return new Map(await Promise.all(files));
}

function placesOf(all: readonly EventContract[]): Index['events'] {
  const entries = all.map(({ type, topic, resource }) => [type, { topic, resource, schema: schemaId(type) }] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
