import { defineResource, whole, type UpstreamSchema } from '#core';
import { deviceFacts } from './devices.ts';
import upstream from './upstream.json' with { type: 'json' };

/** The athlete's devices. The answer is one item: its two blocks say different things of the same devices. */
export const descriptor = defineResource({
  name: 'user-devices',
  scope: 'devices:read',
  topic: 'device',
  request: whole({ path: '/user-devices', single: true, pace: 288 }),
  envelope: [[]],
  schema: upstream as UpstreamSchema,
  entities: {
    device: {
      events: {
        recorded: 'DeviceSettingsChanged',
        revised: 'DeviceSettingsChanged',
        turns: [{ field: 'firmwareVersion', type: 'DeviceFirmwareUpdated' }],
      },
      // Told of by the registration.
      volatile: ['registered'],
    },
    // Two entities and not two kinds of one: an entry that is revised keeps its type.
    registration: { events: { recorded: 'DeviceRegistered', revised: 'DeviceRegistered' }, volatile: ['device'] },
    deregistration: { events: { recorded: 'DeviceDeregistered', revised: 'DeviceDeregistered' }, volatile: ['device'] },
  },
  facts: deviceFacts,
});
