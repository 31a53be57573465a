import { sql } from 'kysely';
import type { ChangeRate, Pace, RateSums } from '#core';
import type { Database } from './database.ts';
import { relaxedCommit } from './relaxed-commit.ts';

/** What a tenant's pace was set by, kept for those who ask why. */
export interface StoredDemand {
  /** Requests a day that may be spent on watching, and those that the price lets through. */
  readonly allowed: number;
  readonly expected: number;
  /** What went elsewhere in the last day, backfills left out. */
  readonly others: number;
  readonly overdue: number;
  /** What of the tenant file it was set by. */
  readonly terms: string;
  readonly resources: Readonly<
    Record<
      string,
      { readonly prior: ChangeRate; readonly rates: readonly (readonly [rate: number, targets: number])[] }
    >
  >;
}

export interface StoredPace extends Pace {
  readonly tenant: string;
  readonly demand: StoredDemand;
  /** Epoch ms by the database's clock. */
  readonly setAt: number;
}

/** What was written so long, in ms, before something that is known may have become visible after it. */
const overlap = 10_000;

/** What requests were made for: the reason of a poll's window, or a backfill. */
export interface Spent {
  readonly tenant: string;
  readonly purpose: string;
  readonly requests: number;
}

/** How often the live targets of a tenant change, by resource. Those that nothing was seen of yet tell nothing. */
async function rateSums(db: Database, tenant: string): Promise<ReadonlyMap<string, RateSums>> {
  const { rows } = await sql<RateSums & { resource: string }>`
    select resource, count(*) filter (where seen_days > 0)::int as targets, sum(seen_changes)::float8 as changes, sum(seen_days)::float8 as days,
      sum(seen_days::float8 ^ 2) as "daysSquared",
      coalesce(sum(seen_changes::float8 ^ 2 / nullif(seen_days, 0)), 0) as spread
    from poll_targets where tenant = ${tenant} and kind = 'live' and suspended is null
    group by resource`.execute(db);
  return new Map(rows.map(({ resource, ...sums }) => [resource, sums]));
}

/** Bins per factor of ten. */
const binsPerDecade = 24;

/** @returns by resource, how many live targets have about which expected rate */
async function rateHistogram(
  db: Database,
  tenant: string,
  priors: ReadonlyMap<string, ChangeRate>,
): Promise<ReadonlyMap<string, readonly (readonly [rate: number, targets: number])[]>> {
  const names = [...priors.keys()];
  const values = [...priors.values()];
  const { rows } = await sql<{ resource: string; bin: number; targets: number }>`
    with priors as (
      select * from unnest(${names}::text[], ${values.map(({ changes }) => changes)}::float8[], ${values.map(({ days }) => days)}::float8[])
        as prior (resource, changes, days)
    )
    select target.resource, round(log((target.seen_changes + changes) / (target.seen_days + days)) * ${binsPerDecade})::int as bin,
      count(*)::int as targets
    from poll_targets target join priors using (resource)
    where target.tenant = ${tenant} and target.kind = 'live' and target.suspended is null
    group by 1, 2`.execute(db);
  return new Map(
    [...Map.groupBy(rows, ({ resource }) => resource)].map(([resource, bins]) => [
      resource,
      bins.map(({ bin, targets }) => [10 ** (bin / binsPerDecade), targets] as const),
    ]),
  );
}

/** Live targets that are due and that nobody has taken yet. */
async function overdueTargets(db: Database, tenant: string): Promise<number> {
  const { rows } = await sql<{ overdue: number }>`
    select count(*)::int as overdue from poll_targets
    where tenant = ${tenant} and kind = 'live' and suspended is null and lease_token is null and next_due < now()`.execute(
    db,
  );
  return rows[0]?.overdue ?? 0;
}

/** How long a note of the time of day counts, in seconds: it weighs 1/e then. */
const profileMemory = 14 * 86_400;

/** Changes by quarter of an hour of the local day. */
export interface DaySlots {
  readonly tenant: string;
  readonly resource: string;
  readonly slots: readonly number[];
}

/** Adds changes to the profiles of the day. */
async function noteProfiles(db: Database, notes: readonly DaySlots[]): Promise<void> {
  for (const { tenant, resource, slots } of notes) {
    await sql`
      insert into day_profiles as known (tenant, resource, slots, noted_at)
      values (${tenant}, ${resource}, ${[...slots]}::real[], clock_timestamp())
      on conflict (tenant, resource) do update set noted_at = clock_timestamp(), slots = (
        select array_agg(old * exp(-extract(epoch from now() - known.noted_at) / ${profileMemory}::float8) + new order by slot)::real[]
        from unnest(known.slots, excluded.slots) with ordinality as slots (old, new, slot))`.execute(db);
  }
}

/** What is known of the days of a tenant's resource. */
export interface StoredProfile extends DaySlots {
  /** How long changes have been noted. */
  readonly days: number;
  /** Epoch ms by the database's clock. */
  readonly notedAt: number;
}

/** @param known epoch ms, the newest `notedAt` that is known: those noted since, and some that are known already */
async function profilesOf(db: Database, known: number): Promise<readonly StoredProfile[]> {
  const { rows } = await sql<StoredProfile>`
    select tenant, resource, slots, extract(epoch from now() - since)::float8 / 86400 as days,
      extract(epoch from noted_at)::float8 * 1000 as "notedAt"
    from day_profiles where noted_at > ${new Date(known - overlap)}`.execute(db);
  return rows;
}

async function noteSpending(db: Database, spent: readonly Spent[]): Promise<void> {
  for (const { tenant, purpose, requests } of spent) {
    await sql`
      insert into spendings (tenant, hour, purpose, requests) values (${tenant}, date_trunc('hour', now()), ${purpose}, ${requests})
      on conflict (tenant, hour, purpose) do update set requests = spendings.requests + excluded.requests`.execute(db);
  }
}

/** Drops what nobody asks for any more. */
async function pruneSpendings(db: Database): Promise<void> {
  await sql`delete from spendings where hour < now() - interval '8 days'`.execute(db);
}

export interface DaySpending {
  /** Requests of the last 24 hours, by purpose; of the hour that begins them, a part in proportion. */
  readonly requests: Readonly<Record<string, number>>;
  /** How much of these hours has been counted: less than 1 in the first day only. */
  readonly days: number;
}

async function spendingOf(db: Database, tenant: string): Promise<DaySpending> {
  const { rows } = await sql<{ purpose: string; requests: number; days: number }>`
    select purpose,
      round(sum(requests * least(1, greatest(0, extract(epoch from hour + interval '25 hours' - now()) / 3600))))::int as requests,
      least(1, extract(epoch from now() - min(min(hour)) over ()) / 86400)::float8 as days
    from spendings where tenant = ${tenant} group by purpose`.execute(db);
  return {
    requests: Object.fromEntries(rows.map(({ purpose, requests }) => [purpose, requests])),
    days: rows[0]?.days ?? 0,
  };
}

/** @param known epoch ms, the newest `setAt` that is known: those set since, and some that are known already */
async function pacesOf(db: Database, known: number): Promise<readonly StoredPace[]> {
  const rows = await db
    .selectFrom('paces')
    .selectAll()
    .where('set_at', '>', new Date(known - overlap))
    .execute();
  return rows.map(({ set_at, demand, ...pace }) => ({
    ...pace,
    demand: demand as StoredDemand,
    setAt: set_at.getTime(),
  }));
}

/**
 * Sets a tenant's pace, unless another replica has done so a moment ago or does it right now.
 * @param seconds how old it has to be
 * @returns whether it was set
 */
async function renewPace(
  db: Database,
  tenant: string,
  seconds: number,
  compute: (
    before: (Pace & { readonly elapsed: number }) | undefined,
  ) => Promise<Pace & { readonly demand: StoredDemand }>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { rows: mine } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${`pace ${tenant}`}, 0)) as mine`.execute(trx);
    if (mine[0]?.mine !== true) return false;
    const { rows } = await sql<Pace & { elapsed: number }>`
      select price, stretch, bias, extract(epoch from now() - set_at)::float8 / 86400 as elapsed
      from paces where tenant = ${tenant}`.execute(trx);
    const before = rows[0];
    if (before !== undefined && before.elapsed * 86_400 < seconds) return false;
    const { price, stretch, bias, demand } = await compute(before);
    await sql`
      insert into paces (tenant, price, stretch, bias, demand, set_at)
      values (${tenant}, ${price}, ${stretch}, ${bias}, ${JSON.stringify(demand)}::jsonb, clock_timestamp())
      on conflict (tenant) do update set price = excluded.price, stretch = excluded.stretch, bias = excluded.bias,
        demand = excluded.demand, set_at = excluded.set_at`.execute(trx);
    return true;
  });
}

/** A pause is too long when it is this many times the longest: smaller steps, to and fro, are not worth a write. */
const tooLong = 1.25;
const shortenedAtOnce = 5000;

/**
 * Targets that were put off for longer than they may be now, because of a quota, a setting or a number of athletes that has
 * changed since, come sooner. What is being polled right now decides for itself, and what backs off has a time of its own.
 * @param longest seconds between two listings, by resource
 * @returns how many were put off for too long
 */
async function shortenPauses(db: Database, tenant: string, longest: ReadonlyMap<string, number>): Promise<number> {
  for (let shortened = 0; ;) {
    const { numAffectedRows = 0n } = await sql`
      with longest as (
        select * from unnest(${[...longest.keys()]}::text[], ${[...longest.values()]}::float8[]) as longest (resource, seconds)
      ), late as (
        select connection, resource, seconds from poll_targets target join longest using (resource)
        where tenant = ${tenant} and kind = 'live' and suspended is null and lease_token is null and failures = 0
          and interval_seconds > seconds * ${tooLong}::float8
        limit ${shortenedAtOnce} for update of target skip locked
      )
      update poll_targets as target
      set interval_seconds = seconds,
        next_due = least(next_due, to_timestamp((cursor ->> 'listedAt')::float8 / 1000 + seconds))
      from late, ${relaxedCommit}
      where (target.connection, target.resource, target.kind) = (late.connection, late.resource, 'live')`.execute(db);
    shortened += Number(numAffectedRows);
    if (numAffectedRows < shortenedAtOnce) return shortened;
  }
}

/** What all replicas of the poller share of when targets are polled. */
export type PacingStore = ReturnType<typeof pacingStore>;

export function pacingStore(db: Database) {
  return {
    sums: rateSums.bind(undefined, db),
    histogram: rateHistogram.bind(undefined, db),
    overdue: overdueTargets.bind(undefined, db),
    noteProfiles: noteProfiles.bind(undefined, db),
    profiles: profilesOf.bind(undefined, db),
    noteSpending: noteSpending.bind(undefined, db),
    pruneSpendings: pruneSpendings.bind(undefined, db),
    spending: spendingOf.bind(undefined, db),
    paces: pacesOf.bind(undefined, db),
    renew: renewPace.bind(undefined, db),
    shorten: shortenPauses.bind(undefined, db),
  };
}
