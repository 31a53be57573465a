import { compareWithLedger, type Comparison } from '../integration/ledger-comparison.ts';
import { distinct, type ReceivedRecord } from '../integration/received-record.ts';
import type { World } from './world.ts';

/** What is wrong when nothing comes any more; everything empty and zero: nothing. */
export interface Verdict {
  readonly comparison: Comparison;
  /** Records of the consumer. */
  readonly records: number;
  /** What replays have brought twice or not at all. */
  readonly replays: readonly string[];
  /** Windows in which the simulator counted more requests than it allows, and requests that it refused. */
  readonly overQuota: readonly string[];
  readonly requests: number;
  /** Targets that are not polled any more, and connections that are not active, though every consent stands. */
  readonly suspended: readonly string[];
}

/** What a verdict is about. */
export interface Evidence extends Pick<World, 'simulator' | 'consumer' | 'db'> {
  readonly mirror: Pick<World['mirror'], 'ledger'>;
  /** Their ids. */
  readonly replays: readonly string[];
}

export async function judge(world: Evidence): Promise<Verdict> {
  const { consumer, mirror } = world;
  const { requests, overQuota } = await quotaOf(world);
  return {
    comparison: compareWithLedger(await mirror.ledger(), consumer.records),
    records: distinct(consumer.records).length,
    replays: await replaysOf(world),
    overQuota,
    requests,
    suspended: await suspendedOf(world),
  };
}

/** @returns in words what is wrong; empty when all is well */
export function wrongsOf({ comparison, replays, overQuota, suspended }: Verdict): readonly string[] {
  const { missing, twice, unexpected, outOfOrder, inconsistent } = comparison;
  return Object.entries({
    missing,
    twice,
    unexpected,
    outOfOrder,
    inconsistent,
    replays,
    overQuota,
    suspended,
  }).flatMap(([what, list]) => (list.length === 0 ? [] : [`${list.length} ${what}: ${list.slice(0, 5).join('; ')}`]));
}

interface RequestCount {
  readonly windows: readonly { readonly limit: number; readonly seconds: number; readonly maxInAnyWindow: number }[];
  readonly refused: number;
  readonly total: number;
}

async function quotaOf({ simulator }: Evidence): Promise<{ requests: number; overQuota: readonly string[] }> {
  const { clients } = (await simulator.control('GET', '/requests')) as { clients: readonly RequestCount[] };
  const overQuota = clients.flatMap(({ windows, refused }) => [
    ...windows
      .filter(({ limit, maxInAnyWindow }) => maxInAnyWindow > limit)
      .map(({ limit, seconds, maxInAnyWindow }) => `${maxInAnyWindow} of ${limit} in ${seconds} s`),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ]);
  return { requests: clients.reduce((sum, { total }) => sum + total, 0), overQuota };
}

async function replaysOf({ db, consumer, replays }: Evidence): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string; status: string; events: string }>(
    `select id, case when reason like 'too_large%' then 'refused' else status end as status, events
     from replays where id = any($1)`,
    [replays],
  );
  return rows.flatMap(({ id, status, events }) => {
    const records = distinct(consumer.replayed.get(id) ?? []);
    const ids = new Set(records.map((record) => record.id));
    // What the broker refuses ends a replay, and nothing else does.
    const isWhole = status === 'refused' || (status === 'done' && ids.size === Number(events));
    const isExact = isWhole && records.length === ids.size && isOrdered(records);
    return isExact
      ? []
      : [
          `${id} ${status}: ${records.length} records of ${ids.size} events, ${events} wanted${isOrdered(records) ? '' : ', out of order'}`,
        ];
  });
}

function isOrdered(records: readonly ReceivedRecord[]): boolean {
  const streams = Map.groupBy(records, ({ topic, source, key }) => `${topic} ${source} ${key}`);
  return [...streams.values()].every((mine) => {
    const inOrder = mine.toSorted((a, b) => Number(BigInt(a.offset) - BigInt(b.offset)));
    return inOrder.every(({ sequence }, index) => index === 0 || (inOrder[index - 1]?.sequence ?? 0) < sequence);
  });
}

async function suspendedOf({ db }: Evidence): Promise<readonly string[]> {
  const { rows } = await db.query<{ what: string }>(`
    select connection || ' ' || resource || ': ' || suspended as what from poll_targets where suspended is not null
    union all
    select id || ': ' || status || ' ' || coalesce(status_reason, '') from connections
    where kind = 'athlete' and status not in ('active', 'degraded')`);
  return rows.map(({ what }) => what);
}
