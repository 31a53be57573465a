import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resources, resourcesOf, topics } from './index.ts';
import { loadResources } from './load-resources.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resources-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A descriptor as small as the loader needs it. */
function add(name: string, overrides: Readonly<Record<string, unknown>> = {}): void {
  const descriptor = {
    name,
    topic: name,
    entities: { main: { events: { recorded: `${name}Recorded`, revised: `${name}Revised` } } },
    triggers: [],
    ...overrides,
  };
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'descriptor.ts'), `export const descriptor = ${JSON.stringify(descriptor)};`);
}

describe('loadResources', () => {
  it('finds every folder, in the order of their names, and takes no notice of files', async () => {
    add('walks');
    add('hikes', { triggers: ['walks'] });
    writeFileSync(join(folder, 'columns.ts'), 'throw new Error("not a resource");');
    expect((await loadResources(folder)).map(({ name }) => name)).toEqual(['hikes', 'walks']);
  });

  it('refuses to start with none', async () => {
    await expect(loadResources(folder)).rejects.toThrow(`no resource found in ${folder}`);
  });

  it('refuses a folder whose descriptor has another name, and says both', async () => {
    add('walks', { name: 'hikes' });
    await expect(loadResources(folder)).rejects.toThrow('libs/resources/src/walks: the descriptor is named hikes');
  });

  it('refuses a folder without a descriptor', async () => {
    mkdirSync(join(folder, 'walks'));
    await expect(loadResources(folder)).rejects.toThrow('descriptor.ts');
  });

  it('refuses a folder that exports something else', async () => {
    mkdirSync(join(folder, 'walks'));
    writeFileSync(join(folder, 'walks', 'descriptor.ts'), 'export const description = 1;');
    await expect(loadResources(folder)).rejects.toThrow(
      'libs/resources/src/walks/descriptor.ts must export `descriptor`',
    );
  });

  it.each(['walks', 'connection', 'polling'])('refuses a second use of the topic %s', async (topic) => {
    add('walks');
    add('hikes', { topic });
    await expect(loadResources(folder)).rejects.toThrow(`the topic ${topic} is used by two resources`);
  });

  it.each([
    ['recorded', { recorded: 'walksRevised', revised: 'x' }],
    ['deleted', { recorded: 'x', revised: 'y', deleted: 'walksRevised' }],
    ['finalised', { recorded: 'x', revised: 'y', finalised: 'walksRevised' }],
    ['appears', { recorded: 'x', revised: 'y', appears: { f: { type: 'walksRevised', fields: [] } } }],
  ])('refuses an event type of another resource as %s', async (_, events) => {
    add('walks');
    add('hikes', { entities: { main: { events } } });
    await expect(loadResources(folder)).rejects.toThrow('the event type walksRevised is used by two resources');
  });

  it('refuses a trigger that leads nowhere', async () => {
    add('walks', { triggers: ['swims'] });
    await expect(loadResources(folder)).rejects.toThrow(
      'resource walks triggers swims, which does not exist; there are walks',
    );
  });
});

describe('the resources', () => {
  it('are chosen by name, or all', () => {
    expect(resourcesOf('all')).toBe(resources);
    expect(resourcesOf(['sleeps', 'unknown']).map(({ name }) => name)).toEqual(['sleeps']);
    expect(resourcesOf([])).toEqual([]);
  });

  it('have a topic each, beside those of the connection and of the polling', () => {
    expect(topics()).toEqual(['connection', 'polling', ...resources.map(({ topic }) => topic)]);
  });
});
