import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '#core';
import type { FieldTexts } from './fields.ts';

/** What an entity's data look like, where they are not simply the provider's item. */
export interface EntityContract {
  /** What one of them is: "a night", "one hour of samples". Begins sentences. */
  readonly about?: string;
  /** The parts of the identity, in order. */
  readonly identity?: readonly string[];
  /** JSON Schema; an object with `$item` (see `itemPart`) stands for a part of the provider's item. */
  readonly data?: unknown;
}

/**
 * `contract.json` beside a descriptor: words for people, and the data of parts that the bridge makes itself. All of it
 * is optional for a resource whose entity is the provider's item.
 */
export interface ResourceContract {
  readonly entities?: Readonly<Record<string, EntityContract>>;
  /** When an event type is emitted, where the general sentence does not say it well. */
  readonly events?: Readonly<Record<string, string>>;
  readonly fields?: FieldTexts;
}

export const resourcesFolder = join(import.meta.dirname, '../../libs/resources/src');

/** @throws TypeError when it names an entity or an event type that the descriptor does not have */
export function contractOf(resource: Resource, types: readonly string[], folder: string): ResourceContract {
  const file = join(folder, resource.name, 'contract.json');
  if (!existsSync(file)) return {};
  const contract = JSON.parse(readFileSync(file, 'utf8')) as ResourceContract;
  refuseUnknown(`${resource.name}/contract.json: entity`, contract.entities, Object.keys(resource.entities));
  refuseUnknown(`${resource.name}/contract.json: event`, contract.events, types);
  return contract;
}

function refuseUnknown(what: string, named: object | undefined, known: readonly string[]): void {
  const unknown = Object.keys(named ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`${what} ${unknown} is not in the descriptor; there are ${known.join(', ')}`);
}
