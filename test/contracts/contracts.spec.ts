import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes } from '#core';
import { resources } from '#resources';
import { committed, differences } from './committed.ts';
import { contracts } from './contracts.ts';
import { eventTypeOf } from './event-contract.ts';
import { eventSchema, schemaId } from './event-schema.ts';
import { readExamples } from './examples.ts';
import { contractsFolder, fileOf } from './folder.ts';
import { generate, type Files } from './generate.ts';
import { messageOf, observedFixture, statedFixture } from './observed.ts';
import { breaches, readRelease, releaseOf } from './released.ts';
import { states } from './resource-states.ts';
import type { Schema } from './schema.ts';
import { undescribed } from './undescribed.ts';
import { validator } from './validator.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const examples = readExamples(contractsFolder);
const all = contracts(resources);
const allStates = states(resources);
let generated: Files;
beforeAll(async () => {
  generated = await generate(resources, examples, version);
});

describe('the committed contracts', () => {
  it('are what the code says: else run `npm run contracts`', () => {
    expect(differences(committed(contractsFolder), generated)).toEqual([]);
  });

  it('are compatible with what was released', () => {
    const release = readRelease(contractsFolder);
    expect(release === undefined ? [] : breaches(release, releaseOf(generated))).toEqual([]);
  });

  it('are the same bytes when they are made again', async () => {
    expect(differences(await generate(resources, examples, version), generated)).toEqual([]);
  });

  it('cover every event type of every resource, each once', () => {
    const types = all.map(({ type }) => type);
    expect(types).toEqual([...new Set(types)]);
    expect(types).toEqual(expect.arrayContaining(resources.flatMap(eventTypes)));
    expect(new Set([...types, ...allStates.map(({ type }) => type)]).size).toBe(types.length + allStates.length);
  });
});

describe('a committed contract that differs', () => {
  const plant = (change: (files: Map<string, string>) => void): readonly string[] => {
    const files = new Map(committed(contractsFolder));
    change(files);
    return differences(files, generated);
  };

  it('is named, with the line', () => {
    const file = 'schemas/sleep-scored.json';
    const found = plant((files) =>
      files.set(file, (files.get(file) ?? '').replace('"title": "SleepScored"', '"title": "SleepSored"')),
    );
    expect(found).toEqual([
      `${file}: differs in line 4: ""title": "SleepSored"," is committed, ""title": "SleepScored"," is what the code says`,
    ]);
  });

  it('is named when it is missing, and when nothing makes it', () => {
    expect(plant((files) => files.delete('asyncapi.yaml'))).toEqual(['asyncapi.yaml: is missing']);
    expect(plant((files) => files.set('schemas/gone.json', '{}'))).toEqual(['schemas/gone.json: nothing makes it']);
  });
});

const validators = new Map(all.map((contract) => [contract.type, validator(eventSchema(contract, undefined))]));
const problems = (type: string, value: unknown): readonly string[] =>
  validators.get(type)?.(value) ?? [`${type} has no contract`];

describe.each(all.map((contract) => [contract.type, contract] as const))('%s', (type, contract) => {
  const example = examples[type];
  const schema = JSON.parse(readFileSync(join(contractsFolder, `schemas/${fileOf(type)}`), 'utf8')) as Schema;

  it('has a title, a description, the address that events name, and its example', () => {
    expect(schema).toMatchObject({ title: type, $id: schemaId(type), examples: [example?.value] });
    expect(schema.description?.length).toBeGreaterThan(20);
  });

  it('has an example that is valid, and that it describes every field of', () => {
    expect(problems(type, example?.value)).toEqual([]);
    expect(undescribed(schema, example?.value)).toEqual([]);
  });

  it('says of its example what the headers say', () => {
    expect(example?.headers).toMatchObject({ ce_type: eventTypeOf(type), ce_dataschema: schemaId(type) });
    expect(example?.topic).toBe(`polar.acme.${contract.topic}.v1`);
    expect(example?.key).toBe(example?.value['connection'] ?? contract.resource);
  });

  it('refuses an envelope that is not whole', () => {
    const { revision: _revision, ...rest } = example?.value ?? {};
    expect(problems(type, rest)).toEqual([" must have required property 'revision'"]);
  });
});

describe.each(resources)('what the fixture of $name tells', (resource) => {
  const events = observedFixture(resource);

  it('is valid, and described to the last field', () => {
    expect(events.length).toBeGreaterThan(1);
    for (const event of events) {
      const contract = all.find(({ type }) => type === event.type);
      const schema = contract === undefined ? {} : eventSchema(contract, undefined);
      const { value } = messageOf(event, resource);
      expect([event.type, problems(event.type, value), undescribed(schema, value)]).toEqual([event.type, [], []]);
    }
  });

  it('is stated as its schemas say, and ended', () => {
    const stated = statedFixture(resource);
    const schemas = new Map(
      allStates.map((contract) => [eventTypeOf(contract.type), eventSchema(contract, undefined)]),
    );
    const seen = new Set<string>();
    for (const { type, payload } of stated.filter(({ payload }) => payload !== '')) {
      const schema = schemas.get(type) ?? {};
      const value: unknown = JSON.parse(payload);
      expect([type, validator(schema)(value), undescribed(schema, value)]).toEqual([type, [], []]);
      seen.add(type);
    }
    const own = allStates.filter((contract) => contract.resource === resource.name);
    expect(own.map(({ type }) => eventTypeOf(type))).toEqual(expect.arrayContaining([...seen]));
    expect(seen.size).toBeGreaterThan(0);
    const isDeletable = Object.values(resource.entities).some(({ events: { deleted } }) => deleted !== undefined);
    expect(stated.some(({ payload }) => payload === '')).toBe(isDeletable);
  });
});
