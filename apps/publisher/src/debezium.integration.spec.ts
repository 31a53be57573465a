import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDebezium, type Engine, type Routed } from '../../../test/integration/debezium.ts';
import { faultOfPublication, isConfirmed, isSlotActive, markLog, noteRelayed } from '#store';
import { SlotWatch } from './slot-watch.ts';
import { Bench, names, nameOf, until } from './publisher.fixture.ts';

const lanes = [3, 5];

let bench: Bench;
let engine: Engine | undefined;
const routed: Routed[] = [];

const slot = (): string => bench.deployment.replaceAll('-', '_');

beforeAll(async () => {
  bench = await Bench.open();
  await sql`
    create publication accesslink_bridge_outbox for table outbox
    with (publish = 'insert', publish_via_partition_root = true)`.execute(bench.db);
  engine = await openDebezium({
    url: bench.url,
    // Slots belong to the server, which other tests share.
    settings: { 'slot.name': slot(), 'offset.flush.interval.ms': '200', 'heartbeat.interval.ms': '200' },
    onMessage: (message) => routed.push(message),
  });
}, 400_000);

afterAll(async () => {
  await engine?.stop();
  await bench.close();
});

it("Debezium's event router makes the same messages of the outbox as the publisher", async () => {
  const connections = await Promise.all(lanes.map((lane) => bench.connection(lane)));
  for (const lane of lanes) bench.relay(bench.ports(lane), lane);
  for (const [index, connection] of connections.entries()) {
    for (let turn = 0; turn < 5; turn += 1) await bench.append(connection, names(10, `${turn}-`));
    await bench.appendState(connection, 'there', { hours: 8 });
    await bench.appendState(connection, `gone-${index}`, null);
    await bench.append(connection, [`end-${index}`]);
  }
  const mine = async (topic: string, last: readonly string[]) =>
    (await bench.consume(last, 30_000, topic)).map(({ key, value, headers }) => ({
      topic,
      key,
      value: value?.toString() ?? null,
      headers,
    }));
  const events = await mine(bench.topic, ['end-0', 'end-1']);
  const states = await mine(bench.stateTopic, ['gone-0', 'gone-1']);
  const count = connections.length * 53;
  await until(() => routed.length >= count, 60_000);
  expect(routed).toHaveLength(count);
  expect(events.length + states.length).toBe(count);
  const order = (all: readonly Routed[], topic: string, key: string): readonly Routed[] =>
    all.filter((one) => one.topic === topic && one.key.startsWith(key));
  for (const key of connections) {
    expect(order(routed, bench.topic, key)).toEqual(order(events, bench.topic, key));
    expect(order(routed, bench.stateTopic, key)).toEqual(order(states, bench.stateTopic, key));
  }
  expect(states.map(({ value }) => value === null)).toEqual([false, true, false, true]);
  expect(nameOf(routed.at(-1)?.headers ?? {})).toBe('end-1');
});

it('the lanes follow what Debezium has confirmed, and nothing else', async () => {
  const lane = 6;
  const [missing, lost, faults]: string[][] = [[], [], []];
  const watchOf = (name: string): SlotWatch =>
    new SlotWatch({
      mark: () => markLog(bench.db),
      isConfirmed: (lsn) => isConfirmed(bench.db, name, lsn),
      note: (number, position) => noteRelayed(bench.db, number, position),
      fault: () => faultOfPublication(bench.db),
      onMissing: () => missing?.push(name),
      onLost: () => lost?.push(name),
      onFault: (fault) => faults?.push(fault),
      onError: (error) => {
        throw error;
      },
    });
  const connection = await bench.connection(lane);
  const idle = `${slot()}_idle`;
  await sql`select pg_create_logical_replication_slot(${idle}, 'pgoutput')`.execute(bench.db);
  const [stuck, nobody] = [watchOf(idle), watchOf('nobody')];
  try {
    await bench.append(connection, names(7, 'followed-'));
    for (let turn = 0; turn < 3; turn += 1) await Promise.all([stuck.tick(), nobody.tick()]);
    expect(await bench.relayed(lane)).toBe(0);
    expect(missing).toEqual(['nobody']);
    const read = await Promise.all([slot(), idle, 'nobody'].map((name) => isSlotActive(bench.db, name)));
    expect(read).toEqual([true, false, undefined]);
  } finally {
    await sql`select pg_drop_replication_slot(${idle})`.execute(bench.db);
  }
  // One of the same name begins where nobody has read what was before.
  await stuck.tick();
  await sql`select pg_create_logical_replication_slot(${idle}, 'pgoutput')`.execute(bench.db);
  try {
    for (let turn = 0; turn < 3; turn += 1) await stuck.tick();
    expect(await bench.relayed(lane)).toBe(0);
    expect([lost, faults]).toEqual([[idle], []]);
  } finally {
    await sql`select pg_drop_replication_slot(${idle})`.execute(bench.db);
  }
  const watch = watchOf(slot());
  // A slot moves on with what is written in its own database, and the log with what is written in any.
  const traffic = await bench.connection(7);
  let written = 0;
  await until(async () => {
    written += 1;
    await bench.append(traffic, [`traffic-${written}`]);
    await watch.tick();
    return (await bench.relayed(lane)) === 7;
  });
  expect(routed.filter(({ key }) => key === connection)).toHaveLength(7);
});

it('a publication that would keep events from Debezium is told', async () => {
  const name = sql.id('accesslink_bridge_outbox');
  expect(await faultOfPublication(bench.db)).toBeUndefined();
  await sql`alter publication ${name} set (publish_via_partition_root = false)`.execute(bench.db);
  expect(await faultOfPublication(bench.db)).toContain('publish_via_partition_root');
  await sql`alter publication ${name} set (publish = 'delete', publish_via_partition_root = true)`.execute(bench.db);
  expect(await faultOfPublication(bench.db)).toContain('inserts');
  await sql`drop publication ${name}`.execute(bench.db);
  expect(await faultOfPublication(bench.db)).toContain('no publication');
});
