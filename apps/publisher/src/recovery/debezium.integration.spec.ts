import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDebezium, type Engine } from '../../../../test/integration/debezium.ts';
import { resources } from '#resources';
import { faultOfPublication, isConfirmed, laneStates, markLog, noteRelayed, planRecovery, recover } from '#store';
import { Bench, names, namesOf, until } from '../publisher.fixture.ts';
import { SlotWatch } from '../slot-watch.ts';
import { readPublished } from './read-published.ts';

const lane = 3;

let bench: Bench;
const engines: Engine[] = [];
beforeEach(async () => {
  bench = await Bench.open();
  await sql`
    create publication accesslink_bridge_outbox for table outbox
    with (publish = 'insert', publish_via_partition_root = true)`.execute(bench.db);
}, 60_000);
afterEach(async () => {
  for (const engine of engines) await engine.stop();
  await bench.close();
}, 60_000);

const slot = (): string => bench.deployment.replaceAll('-', '_');

/** With a new slot: the log of a restored database is another one. */
async function startDebezium(): Promise<Engine> {
  const settings = { 'slot.name': slot(), 'offset.flush.interval.ms': '200', 'heartbeat.interval.ms': '200' };
  const engine = await openDebezium({ url: bench.url, brokers: bench.brokers, settings });
  engines.push(engine);
  return engine;
}

it('has a restored database go on where Debezium has brought it', async () => {
  const connection = await bench.connection(lane);
  const debezium = await startDebezium();
  await bench.append(connection, names(10, 'kept-'));
  await bench.consume(['kept-9']);
  const backup = (await laneStates(bench.db)).find((one) => one.lane === lane);
  await bench.append(connection, names(10, 'lost-'));
  await bench.consume(['lost-9']);
  await debezium.stop();

  const next = backup?.nextPosition ?? 0;
  await sql`delete from outbox where lane = ${lane} and position >= ${next}`.execute(bench.db);
  await sql`update lanes set next_position = ${next} where lane = ${lane}`.execute(bench.db);
  await sql`update connections set event_sequence = 10 where id = ${connection}`.execute(bench.db);

  const published = await readPublished({
    log: bench.broker.log,
    deployment: bench.deployment,
    topics: [bench.topic],
    resources,
    since: new Date(0),
    progress: () => undefined,
  });
  const plan = await planRecovery(bench.db, published);
  // Only our own relay keeps positions in Kafka: where it never ran, none is ahead.
  expect(plan).toMatchObject({ lanes: [], streams: [{ connection, from: 10, to: 20 }], holes: [], unknown: [] });
  expect(plan.items).toHaveLength(20);
  await recover(bench.db, plan, new Date());

  await startDebezium();
  await bench.append(connection, names(10, 'new-'));
  const seen = await bench.consume(['new-9'], 60_000);
  expect(namesOf(seen)).toEqual([...names(10, 'kept-'), ...names(10, 'lost-'), ...names(10, 'new-')]);
  expect(seen.map(({ headers }) => Number(headers['ce_sequence']))).toEqual(seen.map((_, index) => index + 1));
  expect(new Set(seen.map(({ headers }) => headers['ce_id'])).size).toBe(30);

  const watch = new SlotWatch({
    mark: () => markLog(bench.db),
    isConfirmed: (lsn) => isConfirmed(bench.db, slot(), lsn),
    note: (number, position) => noteRelayed(bench.db, number, position),
    fault: () => faultOfPublication(bench.db),
    onMissing: () => undefined,
    onLost: () => undefined,
    onFault: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  await watch.tick();
  // While others write on the server, the slot moves on with the next event only.
  await bench.append(connection, ['after']);
  await until(async () => {
    await watch.tick();
    return (await bench.relayed(lane)) >= next + 9;
  }, 60_000);
}, 400_000);
