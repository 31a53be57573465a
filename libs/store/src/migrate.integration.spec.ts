import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from './database.ts';
import { migrate, migrations } from './migrate.ts';

import { StoreBench } from './store.fixture.ts';

let bench: StoreBench;
let others: Database[];
beforeEach(async () => {
  bench = await StoreBench.open();
  others = [];
});
afterEach(async () => {
  await Promise.all(others.map((db) => db.destroy()));
  await bench.close();
});

const tables = async (): Promise<readonly string[]> =>
  (await bench.db.introspection.getTables()).map(({ name }) => name).toSorted();

/** Columns, indexes and privileges: what two databases of the same schema have in common. */
async function schema(): Promise<object> {
  const { rows: columns } = await sql`
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_schema = 'public' order by table_name, column_name`.execute(bench.db);
  const { rows: indexes } =
    await sql`select indexdef from pg_indexes where schemaname = 'public' order by indexdef`.execute(bench.db);
  const { rows: grants } = await sql`
    select relname, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by relname`.execute(
    bench.db,
  );
  return { columns, indexes, grants };
}

async function empty(): Promise<void> {
  await sql`drop schema public cascade`.execute(bench.db);
  await sql`create schema public`.execute(bench.db);
}

/** Alone on the server, as in `createTestDatabase`: roles belong to all databases, and other test files migrate theirs. */
async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  // oxlint-disable-next-line node/no-process-env -- given by jest's global setup
  const admin = openDatabase(process.env['DATABASE_URL'] ?? '', { pool: 1 });
  others.push(admin);
  return admin.connection().execute(async (one) => {
    await sql`select pg_advisory_lock(hashtext('test migrations'))`.execute(one);
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtext('test migrations'))`.execute(one);
    }
  });
}

describe('migrating', () => {
  it('changes nothing the second time', async () => {
    await sql`update lanes set next_position = 5 where lane = 0`.execute(bench.db);
    const before = [await schema(), await bench.contents()];
    expect(await migrate(bench.db)).toEqual([]);
    expect([await schema(), await bench.contents()]).toEqual(before);
  });

  it('is done once by several at the same moment', async () => {
    const before = await schema();
    await empty();
    others = Array.from({ length: 4 }, () => openDatabase(bench.url, { pool: 2 }));
    const results = await alone(() => Promise.all(others.slice(0, 4).map((db) => migrate(db))));
    expect(results.flat()).toEqual(
      Object.keys(migrations).map((migrationName) => ({ migrationName, direction: 'Up', status: 'Success' })),
    );
    expect(await schema()).toEqual(before);
    expect(await sql`select lane from lanes`.execute(bench.db)).toMatchObject({ rows: { length: 8 } });
  });

  it('leaves nothing of a migration that fails, says why, and can be done again', async () => {
    await empty();
    await sql`create table quota_ledger (somebody_elses integer)`.execute(bench.db);
    await expect(alone(() => migrate(bench.db))).rejects.toThrow('relation "quota_ledger" already exists');
    expect(await tables()).toEqual(['quota_ledger']);
    await sql`drop table quota_ledger`.execute(bench.db);
    expect(await alone(() => migrate(bench.db))).toMatchObject(
      Object.keys(migrations).map(() => ({ status: 'Success' })),
    );
  });
});
