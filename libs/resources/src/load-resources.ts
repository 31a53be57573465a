import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { eventTypes, stateType, type Resource } from '#core';

/** Topics that don't belong to a resource: the connection's life, and the polling itself. */
export const ownTopics = ['connection', 'polling'] as const;

/** Types of events that no resource makes: of connections, of the polling, and of a watch's sync. */
export const ownEventTypes = [
  'ConnectionEstablished',
  'ConnectionRestored',
  'ScopesChanged',
  'AccessTokenRefreshFailed',
  'ConnectionPaused',
  'ConsentRevoked',
  'ConnectionRemoved',
  'ConnectionErased',
  'BackfillStarted',
  'BackfillProgressed',
  'BackfillCompleted',
  'SyncStalled',
  'SyncRecovered',
  'PollWindowSkipped',
  'DeviceSynced',
  'SchemaDriftDetected',
] as const;

/**
 * Finds the resources: every folder beside this file is one. Adding a resource is adding a folder.
 * @throws TypeError on a misnamed folder, on a clash of topics or event types, and when there is none at all
 */
export async function loadResources(folder = dirname(fileURLToPath(import.meta.url))): Promise<readonly Resource[]> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const resources: Resource[] = [];
  for (const name of names) {
    const file = pathToFileURL(join(folder, name, `descriptor.${extension}`)).href;
    const { descriptor } = (await import(file)) as { descriptor?: Resource };
    if (descriptor === undefined)
      throw new TypeError(`libs/resources/src/${name}/descriptor.ts must export \`descriptor\``);
    if (descriptor.name !== name) {
      throw new TypeError(
        `libs/resources/src/${name}: the descriptor is named ${descriptor.name}; folder and name must be the same`,
      );
    }
    resources.push(descriptor);
  }
  if (resources.length === 0)
    throw new TypeError(`no resource found in ${folder}: was the build cleaned and run again?`);
  refuseTwice('topic', [...ownTopics, ...resources.map(({ topic }) => topic)]);
  refuseTwice('event type', [...ownEventTypes, ...resources.flatMap(eventTypes), ...resources.flatMap(stateTypes)]);
  for (const { name, triggers } of resources) {
    const unknown = triggers.find((trigger) => !names.includes(trigger));
    if (unknown !== undefined)
      throw new TypeError(`resource ${name} triggers ${unknown}, which does not exist; there are ${names.join(', ')}`);
  }
  return resources;
}

function stateTypes({ topic, entities }: Resource): readonly string[] {
  return Object.keys(entities).map((entity) => stateType(topic, entity));
}

function refuseTwice(what: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new TypeError(`the ${what} ${twice} is used by two resources`);
}
