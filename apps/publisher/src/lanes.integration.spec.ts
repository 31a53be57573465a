import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { drawLane, holdLanes, laneStates, listen, outboxChannel, releaseLanes, retirePublisher, termOf } from '#store';
import { LaneKeeper } from './lane-keeper.ts';
import { Bench, nameOf, names, namesOf, until, type Happened } from './publisher.fixture.ts';

const all = [0, 1, 2, 3, 4, 5, 6, 7];

describe('publishers', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.open(4);
  });

  afterEach(() => bench.close());

  function publisher(id: string, happened: Happened[] = []): LaneKeeper {
    return new LaneKeeper({
      hold: () => holdLanes(bench.db, id, 10),
      release: (lanes) => releaseLanes(bench.db, id, lanes),
      retire: () => retirePublisher(bench.db, id),
      start: (lane) => bench.relay({ ...bench.ports(lane, happened), term: () => termOf(bench.db, id, lane) }, lane),
      onError: (error) => {
        throw error;
      },
      onChange: () => undefined,
    });
  }

  it('share the lanes evenly, hand over, and lose or repeat nothing', async () => {
    const connections = await Promise.all(all.map((lane) => bench.connection(lane)));
    const append = async (name: string): Promise<void> => {
      await Promise.all(connections.map((connection, lane) => bench.append(connection, [`${name}-${lane}`])));
    };
    const [a, b] = [publisher('a'), publisher('b')];
    await a.tick();
    expect(a.lanes).toEqual(all);
    await append('alone');
    await b.tick();
    expect(b.lanes).toEqual([]);
    await append('joining');
    await a.tick();
    await b.tick();
    expect([a.lanes, b.lanes]).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    await append('shared');
    await b.stop();
    expect((await laneStates(bench.db)).map(({ owner }) => owner)).toEqual(all.map((lane) => (lane < 4 ? 'a' : null)));
    await append('left');
    await a.tick();
    expect(a.lanes).toEqual(all);
    await append('end');

    const seen = await bench.consume(all.map((lane) => `end-${lane}`));
    for (const [lane, connection] of connections.entries()) {
      const own = seen.filter(({ key }) => key === connection).map(({ headers }) => nameOf(headers));
      expect(own).toEqual(['alone', 'joining', 'shared', 'left', 'end'].map((name) => `${name}-${lane}`));
    }
    await a.stop();
    expect((await laneStates(bench.db)).every(({ owner, lagRows }) => owner === null && lagRows === 0)).toBe(true);
  });

  it('take over the lanes of one that fell silent, which then stops', async () => {
    const connection = await bench.connection(5);
    const happened: Happened[] = [];
    const inherited: Happened[] = [];
    const [silent, heir] = [publisher('silent', happened), publisher('heir', inherited)];
    await silent.tick();
    await bench.append(connection, ['before']);
    await bench.consume(['before']);
    // Its lease runs out; nobody waits for it.
    await sql`update lanes set lease_until = now() - interval '1 second'`.execute(bench.db);
    await sql`update publishers set seen_at = now() - interval '11 seconds'`.execute(bench.db);
    await heir.tick();
    expect(heir.lanes).toEqual(all);
    await until(() => inherited.filter(({ what }) => what === 'opened').length === all.length);
    await bench.append(connection, ['after']);
    await until(() => silent.lanes.length === 0 || happened.some((one) => one.what === 'failed' && one.fenced));
    await bench.append(connection, ['end']);
    expect((await bench.consume(['end'])).map(({ headers }) => nameOf(headers))).toEqual(['before', 'after', 'end']);
    await Promise.all([silent.stop(), heir.stop()]);
  });

  it('relay lanes that are added, which take new athletes and leave the others in theirs', async () => {
    const [a, known] = [publisher('a'), await bench.connection(3)];
    await a.tick();
    await bench.append(known, ['before']);
    // As docs/operate.md has it.
    await sql`insert into lanes (lane) select generate_series(8, 11)`.execute(bench.db);
    await bench.topics.ensureAll();
    await a.tick();
    expect(a.lanes).toEqual([...all, 8, 9, 10, 11]);
    const drawn = await bench.db
      .transaction()
      .execute((trx) => Promise.all(names(100).map(() => drawLane(trx, randomUUID()))));
    expect(drawn.some((lane) => lane > 7)).toBe(true);
    const added = await bench.connection(9);
    await bench.append(added, ['new']);
    await bench.append(known, ['after']);
    const seen = await bench.consume(['new', 'after']);
    expect(namesOf(seen.filter(({ key }) => key === known))).toEqual(['before', 'after']);
    await a.stop();
  });

  it('keep their lanes while a slow writer holds a lane', async () => {
    const a = publisher('a');
    await a.tick();
    await bench.db.transaction().execute(async (trx) => {
      await sql`update lanes set next_position = next_position where lane = 2`.execute(trx);
      await a.tick();
    });
    expect(a.lanes).toEqual(all);
    await a.stop();
  });

  it('bring what many write at once in gapless positions and in order per connection', async () => {
    const writers = await Promise.all(names(8).map((_, index) => bench.connection(index % 2)));
    const a = publisher('a');
    await a.tick();
    await Promise.all(
      writers.map(async (connection, writer) => {
        for (let turn = 0; turn < 12; turn += 1) {
          const last = turn === 11 ? [`end-${writer}`] : [];
          await bench.append(connection, [...names(1 + (turn % 3), `w${writer}t${turn}-`), ...last]);
        }
      }),
    );
    const seen = await bench.consume(writers.map((_, writer) => `end-${writer}`));
    const rows = await bench.db
      .selectFrom('outbox')
      .select(['lane', 'position', 'aggregateid', 'headers'])
      .orderBy('lane')
      .orderBy('position')
      .execute();
    for (const lane of [0, 1]) {
      const positions = rows.filter((row) => row.lane === lane).map(({ position }) => Number(position));
      expect(positions).toEqual(positions.map((_, index) => index + 1));
    }
    expect(seen).toHaveLength(rows.length);
    for (const connection of writers) {
      const sequences = seen
        .filter(({ key }) => key === connection)
        .map(({ headers }) => Number(headers['ce_sequence']));
      expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    }
    await a.stop();
  });

  it('are woken by a commit, also after the listening connection was cut', async () => {
    const connection = await bench.connection(6);
    const woken: string[] = [];
    let connects = 0;
    const listener = listen(bench.url, {
      applicationName: 'listener-test',
      channels: { [outboxChannel]: (lane) => woken.push(lane) },
      onConnect: () => (connects += 1),
      onError: () => undefined,
    });
    await until(() => connects === 1);
    await bench.append(connection, ['one']);
    await until(() => woken.length === 1);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener-test'`.execute(
      bench.db,
    );
    await until(() => connects === 2);
    await bench.append(connection, ['two']);
    await until(() => woken.length === 2);
    expect(woken).toEqual(['6', '6']);
    await listener.close();
  });
});
