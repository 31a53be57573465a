import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resources } from '#resources';
import { contracts } from './contracts.ts';
import { eventSchema, schemaId } from './event-schema.ts';
import { openEnum } from './open-enum.ts';
import { breaches, freeze, readRelease, releaseOf, type Release } from './released.ts';
import type { Schema } from './schema.ts';

const all = contracts(resources);
const release: Release = {
  index: {
    events: Object.fromEntries(
      all.map(({ type, topic, resource }) => [type, { topic, resource, schema: schemaId(type) }]),
    ),
  },
  schemas: Object.fromEntries(all.map((contract) => [contract.type, eventSchema(contract, undefined)])),
};

/** What a change of one event type's schema breaks. */
function planted(type: string, change: (schema: Any) => void): readonly string[] {
  const schemas = structuredClone(release.schemas) as Record<string, Schema>;
  change(schemas[type] as Any);
  return breaches(release, { ...release, schemas });
}

/** A schema that a test takes apart. */
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;

const score = (schema: Any): Any => schema.$defs.SleepScoreData.properties;

describe('a change since the release', () => {
  it('breaks nothing where there is none', () => {
    expect(breaches(release, release)).toEqual([]);
  });

  it.each<[string, string, (schema: Any) => void, readonly string[]]>([
    [
      'a property is removed',
      'SleepScored',
      (schema) => delete score(schema).remScore,
      ['SleepScored data.sleepScore.remScore: removed'],
    ],
    [
      'a property is renamed',
      'SleepScored',
      (schema) => {
        schema.properties.data.properties.night = schema.properties.data.properties.sleepDate;
        delete schema.properties.data.properties.sleepDate;
      },
      ['SleepScored data.sleepDate: removed'],
    ],
    [
      'a property gets another type',
      'SleepScored',
      (schema) => (score(schema).scoreRate.type = 'string'),
      ['SleepScored data.sleepScore.scoreRate: changed type from integer to string'],
    ],
    [
      'an object becomes a list',
      'SleepScored',
      (schema) => (schema.properties.data.properties.sleepScore = { type: 'array', items: { type: 'object' } }),
      ['SleepScored data.sleepScore: changed type from object to array'],
    ],
    [
      'a property may be null no more',
      'HeartRateDayUpdated',
      (schema) => (schema.properties.data.properties.minHeartRate.type = 'integer'),
      ['HeartRateDayUpdated data.minHeartRate: narrowed from integer | null to integer'],
    ],
    [
      'a property may be null now',
      'SleepScored',
      (schema) => (schema.properties.userReference.type = ['string', 'null']),
      ['SleepScored userReference: changed type from string to null | string'],
    ],
    [
      'a property is newly required',
      'SleepScored',
      (schema) => (schema.$defs.SleepScoreData.required = ['remScore']),
      ['SleepScored data.sleepScore.remScore: new required'],
    ],
    [
      'a property is not promised any more',
      'SleepScored',
      (schema) => (schema.required = schema.required.filter((name: string) => name !== 'mode')),
      ['SleepScored mode: no longer required'],
    ],
    [
      'a closed list of values loses one',
      'SleepScored',
      (schema) => (schema.properties.mode.enum = ['live', 'backfill']),
      ['SleepScored mode: narrowed, without "reconcile"'],
    ],
    [
      'a closed list of values gets one more',
      'SleepScored',
      (schema) => schema.properties.mode.enum.push('replay'),
      ['SleepScored mode: changed type, a closed list of values has "replay" more'],
    ],
    [
      'a constant becomes another',
      'SleepScored',
      (schema) => (schema.properties.resource.const = 'nights'),
      [
        'SleepScored resource: changed type, a closed list of values has "nights" more',
        'SleepScored resource: narrowed, without "sleeps"',
      ],
    ],
    [
      'a text gets a format',
      'SleepScored',
      (schema) => (schema.properties.userReference.format = 'uuid'),
      ['SleepScored userReference: narrowed, format none became uuid'],
    ],
    [
      'a number gets a higher bound',
      'HeartRateDayUpdated',
      (schema) => (schema.properties.data.properties.count.minimum = 1),
      ['HeartRateDayUpdated data.count: narrowed, minimum 0 became 1'],
    ],
    [
      'other properties are refused',
      'SleepScored',
      (schema) => (schema.$defs.SleepScoreData.additionalProperties = false),
      ['SleepScored data.sleepScore: narrowed, other properties are not allowed any more'],
    ],
    [
      'the entries of a list change',
      'HeartRateDayUpdated',
      (schema) => delete schema.properties.data.properties.chunks.items.properties.hash,
      ['HeartRateDayUpdated data.chunks[].hash: removed'],
    ],
    [
      'an alternative is gone',
      'HeartRateDayChunk',
      (schema) => schema.properties.data.properties.triggerType.anyOf.pop(),
      ['HeartRateDayChunk data.triggerType: narrowed, one of the alternatives is gone'],
    ],
  ])('is named when %s', (_, type, change, expected) => {
    expect(planted(type, change)).toEqual(expected);
  });

  it('is named when an event type goes away, or moves to another topic', () => {
    const { SleepScored: scored, ...others } = release.index.events;
    expect(breaches(release, { ...release, index: { events: others } })).toEqual(['SleepScored: the type was removed']);
    const moved = {
      ...others,
      SleepScored: { topic: 'score', resource: scored?.resource ?? '', schema: scored?.schema ?? '' },
    };
    expect(breaches(release, { ...release, index: { events: moved } })).toEqual([
      'SleepScored: its topic was sleep and is score',
    ]);
  });

  it.each<[string, (schema: Any) => void]>([
    ['adds a property', (schema) => (score(schema).depth = { type: 'number' })],
    ['says more', (schema) => (schema.description = 'Other words.')],
    ['adds a value to an open list', (schema) => (score(schema).rating = openEnum(['A', 'B']))],
    ['takes a bound away', (schema) => delete schema.properties.revision.minimum],
  ])('breaks nothing when it %s', (_, change) => {
    expect(planted('SleepScored', change)).toEqual([]);
  });

  it('breaks nothing when an open list of values changes', () => {
    const before = { ...release, schemas: { SleepScored: openEnum(['A', 'B']) as Schema } };
    const index = { events: { SleepScored: { topic: 'sleep', resource: 'sleeps', schema: 'urn' } } };
    expect(breaches({ ...before, index }, { index, schemas: { SleepScored: openEnum(['A', 'C']) } })).toEqual([]);
  });

  it('of a schema that refers to itself is found, and comes to an end', () => {
    const tree = (type: string): Schema => ({
      $ref: '#/$defs/Node',
      $defs: {
        Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, value: { type } } },
      },
    });
    const index = { events: { Tree: { topic: 'tree', resource: 'trees', schema: 'urn' } } };
    expect(
      breaches({ index, schemas: { Tree: tree('string') } }, { index, schemas: { Tree: tree('number') } }),
    ).toEqual(['Tree value: changed type from string to number']);
  });
});

describe('a release', () => {
  it('is nothing before the first one, and what was frozen after it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
    try {
      expect(readRelease(folder)).toBeUndefined();
      const files = new Map([
        ['index.json', '{"events":{"A":{"topic":"a","resource":"as","schema":"urn"}}}'],
        ['schemas/a.json', '{"title":"A","type":"object"}'],
        ['events.md', '# Events'],
      ]);
      freeze(folder, files);
      expect(readRelease(folder)).toEqual(releaseOf(files));
      expect(readRelease(folder)?.schemas).toEqual({ A: { title: 'A', type: 'object' } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
