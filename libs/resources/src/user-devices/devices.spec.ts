import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '#core';
import { deviceFacts } from './devices.ts';

const described = (uuid: string): JsonObject => ({ deviceReference: { uuid }, firmwareVersion: '3.1.0' });
const active = (uuid: string, registered = '2026-01-01T10:12:33Z'): JsonObject => ({
  deviceReference: { uuid },
  registered,
  deviceSettings: [{ name: 'language', value: 'en' }],
});
const archived = (uuid: string, deregistered = '2026-03-01T08:00:00Z'): JsonObject => ({
  deviceReference: { uuid },
  deregistered,
});
const logged = (uuid: string, eventType: string, eventTimestamp: string): JsonObject => ({
  deviceReference: { uuid },
  eventType: `EVENT_TYPE_${eventType}`,
  eventTimestamp,
});

const body = (
  devicesData: readonly JsonObject[],
  activeDevices: readonly JsonObject[] = [],
  archivedDevices: readonly JsonObject[] = [],
  deviceRegistrationEvents: readonly JsonObject[] = [],
): JsonObject => ({ devicesData, userDevicesData: { activeDevices, archivedDevices, deviceRegistrationEvents } });

const named = (facts: ReturnType<typeof deviceFacts>): readonly string[] =>
  facts.map(({ entity, identity }) => [entity, ...identity].join(' '));

describe('the devices of an athlete', () => {
  it('are told of after their registrations, both blocks in one', () => {
    const facts = deviceFacts(
      body([described('a')], [active('a')], [], [logged('a', 'ADDED', '2026-01-01T10:12:33.435Z')]),
    );
    expect(named(facts)).toEqual(['registration a 2026-01-01T10:12:33.435Z', 'device a']);
    expect(facts[0]?.content).toEqual({
      ...logged('a', 'ADDED', '2026-01-01T10:12:33.435Z'),
      device: described('a'),
    });
    expect(facts[1]?.content).toEqual({ ...described('a'), ...active('a') });
  });

  it('are registered and deregistered by the lists where the log is silent', () => {
    expect(named(deviceFacts(body([described('a'), described('b')], [active('a')], [archived('b')])))).toEqual([
      'registration a 2026-01-01T10:12:33Z',
      'deregistration b 2026-03-01T08:00:00Z',
      'device a',
    ]);
  });

  it('are registered once, also where a list names no time', () => {
    expect(named(deviceFacts(body([], [{ deviceReference: { uuid: 'a' } }])))).toEqual(['registration a', 'device a']);
  });

  it('keep every turn of the log, in order, and a type that is none is none', () => {
    const log = [
      logged('a', 'ADDED', '2026-05-01T00:00:00Z'),
      logged('a', 'UNSPECIFIED', '2026-04-01T00:00:00Z'),
      logged('a', 'DELETED', '2026-03-01T00:00:00Z'),
      logged('a', 'ADDED', '2026-01-01T00:00:00Z'),
    ];
    expect(named(deviceFacts(body([described('a')], [active('a')], [], log)))).toEqual([
      'registration a 2026-01-01T00:00:00Z',
      'deregistration a 2026-03-01T00:00:00Z',
      'registration a 2026-05-01T00:00:00Z',
      'device a',
    ]);
  });

  it('are in use while they are active, or as long as nothing says that they are not', () => {
    const inUse = (one: JsonObject): readonly string[] =>
      named(deviceFacts(one)).filter((name) => name.startsWith('device'));
    expect(inUse(body([described('a')]))).toEqual(['device a']);
    expect(inUse(body([], [active('a')]))).toEqual(['device a']);
    expect(inUse(body([described('a')], [active('a')], [archived('a')]))).toEqual(['device a']);
    expect(inUse(body([described('a')], [], [archived('a')]))).toEqual([]);
  });

  it('are the same in whatever order they and their settings come', () => {
    const uuids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
    const settings = fc.array(fc.record({ name: fc.string(), value: fc.string() }));
    fc.assert(
      fc.property(uuids, settings, fc.boolean(), (all, deviceSettings, isLogged) => {
        const of = (ids: readonly string[], each: readonly JsonObject[]): JsonObject =>
          body(
            ids.map(described),
            ids.map((uuid) => ({ ...active(uuid), deviceSettings: each })),
            [],
            isLogged ? ids.map((uuid) => logged(uuid, 'ADDED', '2026-01-01T00:00:00Z')) : [],
          );
        const facts = deviceFacts(of(all, deviceSettings));
        expect(facts).toHaveLength(2 * all.length);
        const reversed = deviceFacts(of(all.toReversed(), deviceSettings.toReversed()));
        expect(reversed).toHaveLength(facts.length);
        expect(reversed).toEqual(expect.arrayContaining([...facts]));
      }),
    );
  });
});
