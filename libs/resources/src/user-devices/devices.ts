import { canonical, objectsAt, textAt, without, type Fact, type JsonObject } from '#core';

/** What the second block says of one registration or deregistration. */
interface Registration {
  readonly entity: 'registration' | 'deregistration';
  readonly uuid: string;
  readonly moment: string | undefined;
  readonly content: JsonObject;
}

/** An entry of any other type is neither. */
const logged: Readonly<Record<string, Registration['entity']>> = {
  EVENT_TYPE_ADDED: 'registration',
  EVENT_TYPE_DELETED: 'deregistration',
};

/** Registrations in their order, then each device that is in use, its two blocks joined by the uuid. */
export function deviceFacts(body: JsonObject): readonly Fact[] {
  const described = new Map(objectsAt(body, 'devicesData').map((device) => [uuidOf(device), device]));
  const active = new Map(objectsAt(body, 'userDevicesData', 'activeDevices').map((device) => [uuidOf(device), device]));
  const archived = new Set(objectsAt(body, 'userDevicesData', 'archivedDevices').map(uuidOf));
  // One that is archived has no settings any more, which is the end of its registration and no change of settings.
  const inUse = [...new Set([...described.keys(), ...active.keys()])].filter(
    (uuid) => active.has(uuid) || !archived.has(uuid),
  );
  return [
    ...registrations(body).map(({ entity, uuid, moment, content }) => ({
      ...about(entity, moment === undefined ? [uuid] : [uuid, moment], {
        ...content,
        device: described.get(uuid) ?? null,
      }),
      marker: moment ?? null,
      polarModifiedAt: moment ?? null,
    })),
    ...inUse.map((uuid) => about('device', [uuid], joined(described.get(uuid), active.get(uuid)))),
  ];
}

function uuidOf(entry: JsonObject): string {
  return textAt(entry, 'deviceReference', 'uuid') ?? '';
}

/** The settings have no documented order. */
function joined(description: JsonObject | undefined, active: JsonObject | undefined): JsonObject {
  const settings = objectsAt(active, 'deviceSettings');
  return {
    ...description,
    ...active,
    ...(settings.length > 0 && { deviceSettings: settings.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) }),
  };
}

/**
 * By the log of events, oldest first. Of a device that the log doesn't mention, the lists of active and archived devices
 * say the same; what the log does mention they say again, with a time that is slightly other.
 */
function registrations(body: JsonObject): readonly Registration[] {
  const log = objectsAt(body, 'userDevicesData', 'deviceRegistrationEvents').flatMap((event): Registration[] => {
    const entity = logged[textAt(event, 'eventType') ?? ''];
    if (entity === undefined) return [];
    return [{ entity, uuid: uuidOf(event), moment: textAt(event, 'eventTimestamp') ?? '', content: event }];
  });
  const mentioned = new Set(log.map(({ entity, uuid }) => `${entity} ${uuid}`));
  const listed = [
    ...objectsAt(body, 'userDevicesData', 'activeDevices').map((entry) => ({
      entity: 'registration' as const,
      uuid: uuidOf(entry),
      moment: textAt(entry, 'registered'),
      content: without(entry, 'deviceSettings'),
    })),
    ...objectsAt(body, 'userDevicesData', 'archivedDevices').map((entry) => ({
      entity: 'deregistration' as const,
      uuid: uuidOf(entry),
      moment: textAt(entry, 'deregistered'),
      content: entry,
    })),
  ].filter(({ entity, uuid }) => !mentioned.has(`${entity} ${uuid}`));
  return [...log, ...listed].toSorted(({ moment: a = '' }, { moment: b = '' }) => (a < b ? -1 : a > b ? 1 : 0));
}

function about(entity: string, identity: readonly string[], content: JsonObject): Fact {
  return { entity, identity, date: null, marker: null, content, polarModifiedAt: null, utcOffsetMinutes: null };
}
