import { stateKey, type Resource } from '#core';
import type { Body } from './ledger-entry.ts';
import type { ReceivedRecord } from './received-record.ts';

/**
 * The states that a stream of events adds up to, as somebody does who reads the events only.
 * @returns the data by the key of the state, the last word on each
 */
export function statesOfEvents(
  resources: readonly Resource[],
  records: readonly ReceivedRecord[],
): ReadonlyMap<string, Body> {
  const states = new Map<string, Body>();
  for (const record of records) {
    const resource = resources.find(({ name }) => name === record.resource);
    if (resource === undefined) continue;
    const isClient = record.key === resource.name;
    const stream = {
      tenant: '',
      topicPrefix: '',
      connection: record.key,
      userReference: isClient ? null : record.athlete,
    };
    const keyOf = (entity: string): string =>
      stateKey(stream, { resource: resource.name, entity, identity: record.identity });
    for (const [entity, { events }] of Object.entries(resource.entities)) {
      const { type } = record;
      const key = keyOf(entity);
      const wholes = [events.recorded, events.revised, ...Object.values(events.kinds ?? {})];
      const parts = Object.values(events.appears ?? {}).map((part) => part.type);
      if ([...wholes, ...(events.turns ?? []).map((turn) => turn.type)].includes(type)) states.set(key, record.data);
      if (parts.includes(type)) states.set(key, { ...states.get(key), ...record.data });
      if (type === events.deleted) for (const other of Object.keys(resource.entities)) dropUnder(states, keyOf(other));
    }
  }
  return states;
}

function dropUnder(states: Map<string, Body>, key: string): void {
  for (const other of states.keys()) if (other === key || other.startsWith(`${key}/`)) states.delete(other);
}
