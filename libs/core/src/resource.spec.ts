import { describe, expect, it } from '@jest/globals';
import { defineResource, eventTypes, mainEntity, type ResourceDefinition } from './resource.ts';
import { walksByDay, walksByRange } from './tick.fixture.ts';

const definition: ResourceDefinition = { ...walksByRange(), triggers: [] };
const events = { recorded: 'LegRecorded', revised: 'LegRevised' };

describe('defineResource', () => {
  it('fills in what is left out', () => {
    const { triggers: _triggers, ...rest } = definition;
    const resource = defineResource({ ...rest, entities: { leg: { events } } });
    expect(resource).toMatchObject({
      triggers: [],
      entities: { leg: { volatile: [] } },
      request: { dialect: 'date', features: [] },
    });
    expect(walksByDay().request).toMatchObject({ shape: 'listing', sweep: false, dialect: 'date', features: [] });
    expect(Object.isFrozen(resource)).toBe(true);
  });

  it.each<[string, Partial<ResourceDefinition>]>([
    ['at least one entity', { entities: {} }],
    ['at least one envelope path', { envelope: [] }],
    [
      'entity leg has a `deleted` event',
      { entities: { ...definition.entities, leg: { events: { ...events, deleted: 'LegDeleted' } } } },
    ],
    [
      'the event type WalkRevised is used by two entities',
      { entities: { ...definition.entities, leg: { events: { ...events, revised: 'WalkRevised' } } } },
    ],
  ])('refuses with: %s', (message, wrong) => {
    expect(() => defineResource({ ...definition, ...wrong })).toThrow(message);
  });

  it('lets one entity use one type for both', () => {
    const resource = defineResource({
      ...definition,
      entities: { leg: { events: { recorded: 'LegSeen', revised: 'LegSeen' } } },
    });
    expect(eventTypes(resource)).toEqual(['LegSeen']);
    expect(mainEntity(resource)).toBe('leg');
  });
});
