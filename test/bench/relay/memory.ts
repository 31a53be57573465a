import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { connectionOf } from './outbox-rows.ts';
import type { Publishers } from './publishers.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

export interface Memory {
  readonly rows: number;
  readonly perSecond: number;
  /** Most of the publisher, in MB, in each fifth of the rows. */
  readonly fifths: readonly number[];
}

const perTurn = 20_000;
const lanes = 4;

/** A backlog far larger than memory should be: it waits in the outbox and nowhere else. */
export async function measureMemory(
  world: World,
  tally: Tally,
  publishers: Publishers,
  {
    rows,
    topic,
    progress,
  }: { readonly rows: number; readonly topic: string; readonly progress: (line: string) => void },
): Promise<Memory> {
  const sampling = new AbortController();
  const samples: { readonly seen: number; readonly mb: number }[] = [];
  const already = tally.seen;
  const sampler = (async () => {
    while (!sampling.signal.aborted) {
      samples.push({ seen: tally.seen - already, mb: await publishers.rssMb() });
      await sleep(250);
    }
  })();
  const arrived = tally.expect(Math.ceil(rows / lanes) * lanes);
  const start = performance.now();
  for (let done = 0; done < rows; done += perTurn * lanes) {
    const count = Math.min(perTurn, Math.ceil((rows - done) / lanes));
    for (let lane = 0; lane < lanes; lane += 1) await insert(world, lane, topic, done, count);
    progress(`memory: ${done + count * lanes} of ${rows} rows written, ${tally.seen - already} seen`);
  }
  await arrived;
  const seconds = (performance.now() - start) / 1000;
  sampling.abort();
  await sampler;
  const fifths = [0, 1, 2, 3, 4].map((fifth) =>
    Math.max(...samples.filter(({ seen }) => Math.min(4, Math.floor((seen / rows) * 5)) === fifth).map(({ mb }) => mb)),
  );
  return { rows, perSecond: rows / seconds, fifths };
}

/**
 * Rows come while the broker stands still; into a topic that nobody counts, since kafkajs' consumer shows some of what is
 * aborted then.
 * @returns the most that the publisher has until all are out, in MB
 */
export async function measureStandstill(
  world: World,
  publishers: Publishers,
  {
    rows,
    topic,
    pid,
    seconds,
  }: {
    readonly rows: number;
    readonly topic: string;
    readonly pid: number;
    readonly seconds: number;
  },
): Promise<number> {
  let most = 0;
  process.kill(pid, 'SIGSTOP');
  const thawed = sleep(seconds * 1000).finally(() => process.kill(pid, 'SIGCONT'));
  for (let lane = 0; lane < lanes; lane += 1) await insert(world, lane, topic, 0, rows / lanes);
  while ((await publishers.lagRows()) > 0) {
    most = Math.max(most, await publishers.rssMb());
    await sleep(250);
  }
  await thawed;
  return most;
}

/** Rows are made where they stay: to send them would take longer than to publish them. */
async function insert(world: World, lane: number, topic: string, from: number, count: number): Promise<void> {
  const ids = Array.from({ length: 50 }, (_, index) => connectionOf(lane, index));
  await world.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ next: string }>`
      update lanes set next_position = next_position + ${count} where lane = ${lane} returning next_position as next`.execute(
      trx,
    );
    const first = Number(rows[0]?.next) - count;
    await sql`
      insert into outbox (lane, position, id, aggregatetype, aggregateid, type, payload, headers)
      select ${lane}, ${first}::bigint + n, gen_random_uuid(), ${topic}, (${ids}::text[])[1 + n % 50], 'accesslink.SleepScored.v1',
        '{"data":"' || repeat(md5(n::text), 6) || '"}',
        json_build_object('content-type', 'application/json', 'ce_specversion', '1.0', 'ce_id', gen_random_uuid(),
          'ce_source', '/tenants/bench', 'ce_tenant', 'bench', 'ce_sequence', (900000000 + ${from} + n)::text)::text
      from generate_series(0, ${count - 1}) as n`.execute(trx);
    await sql`select pg_notify('accesslink_bridge_outbox', ${String(lane)})`.execute(trx);
  });
}
