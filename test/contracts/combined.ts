import type { EventContract } from './event-contract.ts';
import { eventSchema } from './event-schema.ts';
import { mapInside, reference, referred, type Schema } from './schema.ts';

/** The schemas of all events and of everything inside them, under names that are unique among all. */
export function combined(all: readonly EventContract[]): Readonly<Record<string, Schema>> {
  const taken = new Map<string, string>(all.map(({ type }) => [type, '']));
  const schemas: Record<string, Schema> = {};
  const byResource = Map.groupBy(all, ({ resource }) => resource);
  for (const [resource, events] of byResource) {
    const definitions = Object.assign({}, ...events.map((event) => event.definitions)) as Record<string, Schema>;
    const names = new Map<string, string>();
    for (const [name, definition] of Object.entries(definitions)) {
      const content = JSON.stringify([definition, contentBelow(definition, definitions)]);
      const free = [name, `${pascal(resource)}${name}`].find((one) => (taken.get(one) ?? content) === content);
      if (free === undefined) throw new TypeError(`two definitions of ${resource} want to be called ${name}`);
      taken.set(free, content);
      names.set(name, free);
    }
    const renamed = (schema: Schema): Schema => {
      const name = referred(schema);
      const inside = mapInside(schema, renamed);
      return name === undefined ? inside : { ...inside, ...reference(names.get(name) ?? name) };
    };
    for (const [name, definition] of Object.entries(definitions))
      schemas[names.get(name) ?? name] = renamed(definition);
    for (const event of events) {
      const { $schema: _dialect, $id: _id, $defs: _definitions, ...schema } = eventSchema(event, undefined);
      schemas[event.type] = renamed(schema);
    }
  }
  return Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a definition refers to counts too: two may look alike and mean others. */
function contentBelow(schema: Schema, definitions: Readonly<Record<string, Schema>>): readonly unknown[] {
  const found: unknown[] = [];
  const seen = new Set<string>();
  const visit = (part: Schema): Schema => {
    const name = referred(part);
    if (name !== undefined && !seen.has(name)) {
      seen.add(name);
      found.push(name, definitions[name]);
      visit(definitions[name] ?? {});
    }
    return mapInside(part, visit);
  };
  visit(schema);
  return found;
}

/** `user-devices` is `UserDevices`. */
export function pascal(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
