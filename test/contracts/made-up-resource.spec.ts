import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyCursor, firstSchedule, plan, type Resource } from '#core';
import { loadResources } from '#resources';
import { coverage } from './report/rows.ts';
import { eventSchema } from './event-schema.ts';
import { generate, type Files, type Index } from './generate.ts';
import { messageOf, observedFixture } from './observed.ts';
import { resourceEvents } from './resource-events.ts';
import type { Schema } from './schema.ts';
import { validator } from './validator.ts';

const descriptor = `
import { defineResource, range, textAt } from '#core';
const upstream = {
  $ref: '#/$defs/walkDay',
  $defs: {
    walkDay: {
      type: 'object',
      required: ['date'],
      properties: {
        date: { type: 'string', format: 'date' },
        distanceMeters: { type: 'number' },
        walkId: { type: ['string', 'integer'], format: 'uint64' },
        mood: { $ref: '#/$defs/walkMood' },
      },
    },
    walkMood: { type: 'string', enum: ['MOOD_GOOD', 'MOOD_BAD'] },
  },
};
export const descriptor = defineResource({
  name: 'walks',
  scope: 'walks:read',
  topic: 'walk',
  request: range({ path: '/walks', days: 28, watch: { before: 7, after: 0 } }),
  envelope: [['walks']],
  schema: upstream,
  entities: { walk: { events: { recorded: 'WalkRecorded', revised: 'WalkRevised', deleted: 'WalkDeleted' } } },
  facts: (walk) => [
    {
      entity: 'walk',
      identity: [textAt(walk, 'date') ?? ''],
      date: textAt(walk, 'date') ?? '',
      marker: null,
      content: walk,
      polarModifiedAt: null,
      utcOffsetMinutes: null,
    },
  ],
});
`;
const fixture = {
  body: { walks: [{ date: '2026-06-14', distanceMeters: '1200.5', walkId: 77, mood: 'MOOD_GOOD' }] },
  change: { path: ['distanceMeters'], to: 1300 },
};
const contract = {
  entities: { walk: { about: 'a walk', identity: ['day of the walk'] } },
  fields: { mood: 'How it felt.' },
};

let folder = '';
let walks: Resource;
let files: Files;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resources-'));
  mkdirSync(join(folder, 'walks'));
  writeFileSync(join(folder, 'walks', 'descriptor.ts'), descriptor);
  writeFileSync(join(folder, 'walks', 'fixture.json'), JSON.stringify(fixture));
  writeFileSync(join(folder, 'walks', 'contract.json'), JSON.stringify(contract));
  const [found] = await loadResources(folder);
  if (found === undefined) throw new Error('not loaded');
  walks = found;
  files = await generate([walks], {}, '0.1.0', folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('has a schedule from its folder alone', () => {
  const [window, ...others] = plan({
    resource: walks,
    kind: 'live',
    connection: { id: 'c1', tenant: 'acme', utcOffsetMinutes: 0, establishedOn: '2026-06-10' },
    polling: {
      minSeconds: 300,
      maxSeconds: 43_200,
      backfillDays: 28,
      confirmDeletionSeconds: 3600,
      finaliseSeconds: 86_400,
    },
    topicPrefix: 'polar.acme',
    keepsState: false,
    cursor: emptyCursor,
    intervalSeconds: 300,
    schedule: firstSchedule(walks, { minSeconds: 300, maxSeconds: 43_200 }),
    failures: 0,
    leaseToken: 'lease',
    at: Date.parse('2026-06-14T12:00:00Z'),
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect([window?.reason, window?.from, window?.to, others]).toEqual(['listing', '2026-06-07', '2026-06-15', []]);
});

it('has a schema for each of its event types, with the corrected values, words and units', () => {
  const schema = JSON.parse(files.get('schemas/walk-recorded.json') ?? '{}') as Schema;
  expect(schema).toMatchObject({
    $id: 'urn:accesslink-bridge:schema:WalkRecorded:v1',
    description: 'A walk is there for the first time.',
    properties: {
      data: {
        properties: {
          distanceMeters: { type: 'number', description: 'Metres.' },
          walkId: { type: 'string' },
          mood: { $ref: '#/$defs/Mood', description: 'How it felt.' },
        },
      },
    },
    $defs: { Mood: { anyOf: [{ enum: ['MOOD_GOOD', 'MOOD_BAD'] }, { type: 'string' }] } },
  });
  expect([...files.keys()].filter((name) => name.startsWith('schemas/walk'))).toEqual([
    'schemas/walk-recorded.json',
    'schemas/walk-revised.json',
    'schemas/walk-deleted.json',
    'schemas/walk-state.json',
  ]);
});

it('has events that fit their schemas', () => {
  const all = resourceEvents(walks, folder);
  const events = observedFixture(walks, folder);
  expect(events.map(({ type }) => type)).toEqual(['WalkRecorded', 'WalkRevised', 'WalkDeleted']);
  for (const event of events) {
    const found = all.find(({ type }) => type === event.type);
    const schema = found === undefined ? {} : eventSchema(found, undefined);
    expect(validator(schema)(messageOf(event, walks).value)).toEqual([]);
  }
});

it('has a topic, a channel and messages in the AsyncAPI document, and stands in index, page and types', async () => {
  const { document } = await new Parser().parse(files.get('asyncapi.yaml') ?? '');
  const channel = document?.channels().get('walk');
  expect(channel?.address()).toBe('{prefix}.walk.v1');
  expect(
    channel
      ?.messages()
      .all()
      .map((message) => message.name()),
  ).toEqual(['accesslink.WalkRecorded.v1', 'accesslink.WalkRevised.v1', 'accesslink.WalkDeleted.v1']);
  const index = JSON.parse(files.get('index.json') ?? '{}') as Index;
  expect(index.events['WalkRevised']).toMatchObject({ topic: 'walk', resource: 'walks' });
  expect(index.states?.['WalkState']).toMatchObject({ topic: 'walk.state', resource: 'walks' });
  expect(document?.channels().get('walk.state')?.address()).toBe('{prefix}.walk.state.v1');
  expect(files.get('events.md')).toContain('### WalkRecorded');
  expect(files.get('types/index.d.ts')).toContain("'accesslink.WalkRecorded.v1': WalkRecorded;");
  expect(files.get('types/index.d.ts')).toContain("'accesslink.WalkState.v1': WalkState;");
});

it('has a row in the report of the coverage', () => {
  const get = { 'x-scope': 'walks:read' } as never;
  const findings = {
    operations: { '/walks': { get } },
    schemas: new Set(['WalkRecorded', 'WalkRevised', 'WalkDeleted']),
    simulated: { '/walks': { answers: true, changes: 3 } },
    conformance: { walks: 7 },
  };
  expect(coverage([walks], findings)).toEqual([
    {
      operation: 'GET /walks',
      polled: 'walks: range',
      events: '3',
      chunks: 'all inline',
      schema: 'all 3',
      simulator: 'answers, changes',
      'conformance test': '7 passed',
    },
  ]);
});

it('is refused with a part of its own that nobody has described, and with words for what is not there', () => {
  const parts: Resource = {
    ...walks,
    entities: { ...walks.entities, step: { volatile: [], events: { recorded: 'StepTaken', revised: 'StepTaken' } } },
  };
  expect(() => resourceEvents(parts, folder)).toThrow(
    'resource walks: what is in the data of the entity step? Say it in walks/contract.json, entities.step.data',
  );
  const renamed = { hike: walks.entities['walk'] } as Resource['entities'];
  expect(() => resourceEvents({ ...walks, entities: renamed }, folder)).toThrow(
    'walks/contract.json: entity walk is not in the descriptor; there are hike',
  );
});
