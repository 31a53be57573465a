import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Admin } from '@platformatic/kafka';
import type { Compression } from '../broker.ts';
import { Bench, names, namesOf } from '../publisher.fixture.ts';

const lane = 2;

describe('compression', () => {
  const sizes = new Map<Compression, number>();
  const admin = new Admin({
    clientId: 'compression-test',
    bootstrapBrokers: (process.env['KAFKA_BROKERS'] ?? '').split(','), // oxlint-disable-line node/no-process-env -- given by jest's global setup
  });
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.open();
  });

  afterAll(() => Promise.all([admin.close(), bench.close()]));

  /** A topic that was made a moment ago has none yet. */
  async function sizeOfLog(): Promise<number> {
    const found = await admin.describeLogDirs({ topics: [{ name: bench.topic, partitions: [0] }] });
    const parts = found.flatMap(({ results }) => results.flatMap(({ topics }) => topics));
    return Number(parts[0]?.partitions[0]?.partitionSize ?? 0);
  }

  // All in one topic, as after a change of the setting.
  it.each<Compression>(['none', 'gzip', 'zstd'])('%s is read by a consumer, byte for byte', async (compression) => {
    const before = await sizeOfLog();
    const connection = await bench.connection(lane);
    const own = [...names(200, `${compression}-`), `${compression}-end`];
    await bench.append(connection, own);
    const broker = bench.brokerWith(compression);
    const relay = bench.relay({ ...bench.ports(lane), open: () => broker.openLane(lane, bench.topics) }, lane);
    const seen = (await bench.consume([`${compression}-end`])).filter(({ key }) => key === connection);
    await relay.stop();
    expect(namesOf(seen)).toEqual(own);
    const rows = await bench.db
      .selectFrom('outbox')
      .select(['payload', 'headers'])
      .where('aggregateid', '=', connection)
      .orderBy('position')
      .execute();
    expect(seen.map(({ value, headers }) => [String(value), headers])).toEqual(
      rows.map(({ payload, headers }) => [payload, JSON.parse(headers)]),
    );
    sizes.set(compression, (await sizeOfLog()) - before);
  });

  it('makes what the broker keeps smaller', () => {
    const ratio = (compression: Compression): number => (sizes.get('none') ?? 0) / (sizes.get(compression) ?? 0);
    expect(ratio('gzip')).toBeGreaterThan(3);
    expect(ratio('zstd')).toBeGreaterThan(3);
  });
});
