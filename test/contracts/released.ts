import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { incompatibilities } from './compatible.ts';
import type { Files, Index } from './generate.ts';
import type { Schema } from './schema.ts';

/** The contracts of a release: what later ones must be compatible with. */
export interface Release {
  readonly index: Index;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const isFrozen = (name: string): boolean => name === 'index.json' || name.startsWith('schemas/');

/** @returns undefined as long as nothing was released */
export function readRelease(contractsFolder: string): Release | undefined {
  const folder = join(contractsFolder, 'released');
  if (!existsSync(join(folder, 'index.json'))) return undefined;
  const names = readdirSync(join(folder, 'schemas')).map((name) => `schemas/${name}`);
  return releaseOf(new Map(['index.json', ...names].map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
}

export function releaseOf(files: Files): Release {
  const schemas = [...files]
    .filter(([name]) => name.startsWith('schemas/'))
    .map(([, text]) => JSON.parse(text) as Schema)
    .map((schema) => [schema.title ?? '', schema] as const);
  return {
    index: JSON.parse(files.get('index.json') ?? '{"events":{}}') as Index,
    schemas: Object.fromEntries(schemas),
  };
}

/** Freezes what is generated now. */
export function freeze(contractsFolder: string, generated: Files): void {
  const folder = join(contractsFolder, 'released');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'schemas'), { recursive: true });
  for (const [name, text] of generated) if (isFrozen(name)) writeFileSync(join(folder, name), text);
}

/** What consumers of the release would trip over, by type and property. */
export function breaches(released: Release, next: Release): readonly string[] {
  const now = { ...next.index.events, ...next.index.states };
  return Object.entries({ ...released.index.events, ...released.index.states }).flatMap(([type, was]) => {
    const is = now[type];
    const [before, after] = [released.schemas[type], next.schemas[type]];
    if (is === undefined || after === undefined) return [`${type}: the type was removed`];
    return [
      ...(['topic', 'resource', 'schema'] as const)
        .filter((name) => was[name] !== is[name])
        .map((name) => `${type}: its ${name} was ${was[name]} and is ${is[name]}`),
      ...(before === undefined ? [] : incompatibilities(before, after).map((change) => `${type} ${change}`)),
    ];
  });
}
