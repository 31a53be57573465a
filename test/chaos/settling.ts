import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../deploy/local/stack/until.ts';
import { compareWithLedger } from '../integration/ledger-comparison.ts';
import { signal } from './process-tree.ts';
import { calm, tenant, type World } from './world.ts';

/** What has to be there for it to settle. */
export interface Scene extends Pick<World, 'simulator' | 'stack' | 'db' | 'connections' | 'say'> {
  readonly consumer: Pick<World['consumer'], 'records' | 'replayed'>;
  readonly mirror: Pick<World['mirror'], 'ledger'>;
  readonly fleet: Pick<World['fleet'], 'of' | 'ready'>;
}

const longestSeconds = 150;
const lookMs = 500;
/** And after twice as long, and so on. */
const tellAfterSeconds = 15;

/** Why it has not settled, in words; each look begins with what takes least to ask. */
type Look = (world: Scene) => Promise<string | undefined>;

/** Ends whatever is not as it should be around the apps. */
export async function calmDown(world: World): Promise<void> {
  const { simulator, control, fleet, lines, brokerLimits } = world;
  await simulator.control('POST', '/pace', { pace: 0 });
  await simulator.control('PATCH', '/switches', calm);
  control.tellAll({ order: 'disarm' });
  control.tellAll({ order: 'clock', aheadMs: 0 });
  for (const line of Object.values(lines)) line.resume();
  for (const { child } of fleet.members) signal(child.pid, 'SIGCONT');
  await brokerLimits.setRoom(undefined);
  await brokerLimits.setLargest(undefined);
}

/**
 * Asks for a poll of everything, and waits until every target was polled once more, everything that was recorded is with
 * the consumer, and nothing is missing.
 * @returns after how many seconds, and why not if it has not come to that
 */
export async function settle(world: Scene): Promise<{ readonly seconds: number; readonly unsettled?: string }> {
  const start = performance.now();
  await world.fleet.ready();
  await until('a poll of everything', 60, () => demandPolls(world).then(() => true));
  const since = await now(world);
  let next = tellAfterSeconds;
  const looks: readonly Look[] = [polledSince(since), nothingParked, replaysOver, consumed, nothingMissing];
  for (;;) {
    const seconds = (performance.now() - start) / 1000;
    const unsettled = await firstOf(world, looks);
    if (unsettled === undefined) return { seconds };
    if (seconds > longestSeconds) return { seconds, unsettled };
    if (seconds > next) world.say(`  after ${seconds.toFixed(0)} s: ${unsettled}`);
    while (seconds > next) next *= 2;
    await sleep(lookMs);
  }
}

async function firstOf(world: Scene, looks: readonly Look[]): Promise<string | undefined> {
  for (const look of looks) {
    const reason = await look(world).catch((error: unknown) => String(error));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function demandPolls({ stack, fleet, connections }: Scene): Promise<void> {
  const [poller] = fleet.of('poller');
  for (const id of connections)
    await stack.admin(poller?.url ?? '', `/v1/tenants/${tenant}/connections/${id}/poll`, { method: 'POST' });
}

async function now({ db }: Scene): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now ?? new Date();
}

const polledSince =
  (since: Date): Look =>
  async ({ db }) => {
    const { rows } = await db.query<{ what: string }>(
      `select connection || ' ' || resource || ' ' || kind || ', due ' || next_due || coalesce(', ' || last_error, '') as what
       from poll_targets
       where kind = 'live' and suspended is null and coalesce(last_polled_at, '-infinity') < $1`,
      [since],
    );
    return rows.length === 0 ? undefined : `${rows.length} targets not polled, such as ${rows[0]?.what}`;
  };

const nothingParked: Look = async ({ db, stack, fleet }) => {
  const { rows } = await db.query<{ stream: string }>('select stream from parked_streams');
  if (rows.length === 0) return undefined;
  const [publisher] = fleet.of('publisher');
  await stack.admin(publisher?.url ?? '', `/v1/tenants/${tenant}/parked/retry`, { method: 'POST' });
  return `${rows.length} streams parked`;
};

const replaysOver: Look = async ({ db }) => {
  const { rows } = await db.query<{ id: string }>(`select id from replays where status = 'running'`);
  return rows.length === 0 ? undefined : `replay ${rows[0]?.id} goes on`;
};

const consumed: Look = async ({ db, consumer }) => {
  const { rows } = await db.query<{ id: string; lane: number }>('select id, lane from outbox');
  const seen = new Set(consumer.records.map(({ id }) => id));
  const left = rows.filter(({ id }) => !seen.has(id));
  if (left.length > 0)
    return `${left.length} events not consumed, of lanes ${[...new Set(left.map(({ lane }) => lane))]}`;
  const replayed = [...consumer.replayed].map(
    ([id, records]) => [id, new Set(records.map((one) => one.id)).size] as const,
  );
  const wanted = await db.query<{ id: string; events: string }>(`select id, events from replays where status = 'done'`);
  const short = wanted.rows.find(({ id, events }) => (new Map(replayed).get(id) ?? 0) < Number(events));
  return short === undefined ? undefined : `replay ${short.id} not consumed`;
};

const nothingMissing: Look = async ({ mirror, consumer }) => {
  const { missing } = compareWithLedger(await mirror.ledger(), consumer.records);
  return missing.length === 0 ? undefined : `${missing.length} missing, such as ${missing[0]}`;
};
