import { DAY, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import { hash } from '../random.ts';
import type { History } from '../world/history.ts';
import { created, onOne, other, pastItem, revised } from '../world/kept-facts.ts';
import type { Fact, Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'user-devices';
const FIRMWARES = ['2.0.11', '2.1.4', '2.1.9', '3.0.2', '3.1.0'];

/** Of a device the two blocks of the answer say different things: an item is both of them, joined by its uuid. */
const DESCRIPTION = ['deviceReference', 'firmwareVersion', 'hardwareIdentifier', 'salesRegion', 'productVariant'];

export const userDevices: Definition = {
  resource: RESOURCE,
  path: '/user-devices',
  content: {
    many: (history) => devices(history).map((device) => only(device, DESCRIPTION)),
    beside: (history) => ({ userDevicesData: blocks(devices(history)) }),
  },
  facts: {
    'device-register': {
      weight: 0,
      share: 1,
      happen: (scene) => [
        created(scene, RESOURCE, 'device-register', (brush) => device(nextUuid(scene.history), brush)),
      ],
    },
    'device-deregister': changing('device-deregister', 1, (body, { at }) => {
      const { registered: _registered, deviceSettings: _settings, ...rest } = body;
      return { ...rest, deregistered: utc(at), ...withEvent(body, 'EVENT_TYPE_DELETED', at) };
    }),
    'device-firmware': changing('device-firmware', 2, (body, { draw }) => ({
      ...body,
      firmwareVersion: other(draw, FIRMWARES, body['firmwareVersion']),
    })),
    'device-settings': changing('device-settings', 2, (body, _brush, turn) => ({
      ...body,
      deviceSettings: settings(turn),
    })),
  },
  past: (history, { local, days }) => [
    pastItem(history, RESOURCE, local - days * DAY, (brush) => device(history.athlete.deviceUuid, brush)),
  ],
};

/** Only what is registered changes; the device that records everything else stays. */
function changing(fact: string, share: number, change: (body: Body, brush: Brush, turn: number) => Body): Fact {
  const happen = (scene: Scene) => {
    const main = scene.history.athlete.deviceUuid;
    const suits = (body: Body) =>
      body['registered'] !== undefined && (fact !== 'device-deregister' || uuidOf(body) !== main);
    return onOne(scene, RESOURCE, suits, (kept) => [revised(scene, RESOURCE, fact, kept, change)]);
  };
  return { weight: 0, share, happen };
}

function device(uuid: string, brush: Brush): Body {
  const described = fill('deviceDevice', brush, {
    deviceReference: { uuid },
    firmwareVersion: brush.draw.pick(FIRMWARES),
    hardwareIdentifier: '00.44.01',
    productVariant: { productDescription: 'Polar Vantage V3', productColor: brush.draw.pick(['BLACK', 'SKY_BLUE']) },
  });
  return {
    ...described,
    registered: utc(brush.at),
    deviceSettings: settings(0),
    ...withEvent(described, 'EVENT_TYPE_ADDED', brush.at),
  };
}

function withEvent(body: Body, eventType: string, at: number): Body {
  const before = (body['deviceRegistrationEvents'] ?? []) as readonly Body[];
  const event = { eventTimestamp: utc(at), deviceReference: body['deviceReference'], eventType };
  return { deviceRegistrationEvents: [...before, event] };
}

function settings(turn: number): readonly Body[] {
  return [
    { name: 'BACKLIGHT_SECONDS', value: String(5 + turn) },
    { name: 'CONTINUOUS_HEART_RATE', value: turn % 2 === 0 ? 'ON' : 'OFF' },
  ];
}

function nextUuid(history: History): string {
  const id = hash(`${history.athlete.key}/device/${history.nextId(RESOURCE)}`);
  return `0e030000-0084-0000-0000-0000${id.toString(16).toUpperCase().padStart(8, '0')}`;
}

function devices(history: History): readonly Body[] {
  return history.all(RESOURCE).map(({ body }) => body);
}

function blocks(all: readonly Body[]): Body {
  return {
    activeDevices: all
      .filter((body) => body['registered'] !== undefined)
      .map((body) => only(body, ['deviceReference', 'registered', 'deviceSettings'])),
    archivedDevices: all
      .filter((body) => body['deregistered'] !== undefined)
      .map((body) => only(body, ['deviceReference', 'deregistered'])),
    deviceRegistrationEvents: all.flatMap((body) => body['deviceRegistrationEvents']),
  };
}

function only(body: Body, names: readonly string[]): Body {
  return Object.fromEntries(names.flatMap((name) => (name in body ? [[name, body[name]]] : [])));
}

function uuidOf(body: Body): unknown {
  return (body['deviceReference'] as Body)['uuid'];
}
