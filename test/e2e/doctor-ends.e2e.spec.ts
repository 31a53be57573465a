import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../../deploy/local/stack/until.ts';
import { start } from './bridge/run.ts';

/** A broker that takes every connection and says nothing. */
let broker: Server;
const sockets: Socket[] = [];
beforeAll(async () => {
  broker = createServer((socket) => void sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(broker, 'listening');
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  broker.close();
});

it('ends the doctor when it has told what it found, whatever a late check still tries', async () => {
  const { port } = broker.address() as AddressInfo;
  const doctor = start(['doctor', '--for', 'publisher', '--timeout', '1'], {
    KAFKA_BROKERS: `127.0.0.1:${port}`,
    // Not needed to begin with Kafka.
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    TENANTS_FILE: '/nowhere.yaml',
  });
  await until('all to be told', 30, async () => /\d+ broken, .* ok\n$/.test(doctor.told()));
  const before = sockets.length;
  expect(before).toBeGreaterThan(0);
  // Whoever still tries comes again.
  for (const socket of sockets) socket.destroy();
  const { code, out } = await doctor.ended;
  expect([code, sockets.length]).toEqual([1, before]);
  expect(out).toMatch(/^broken +kafka +kafka: no answer\.$/m);
}, 60_000);
