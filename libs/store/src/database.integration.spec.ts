import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/integration/database.ts';
import { Proxy } from '../../../test/integration/proxy.ts';
import { openDatabase } from './database.ts';

describe('a connection to the database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  it('that is silent for too long is given up, and another one takes its place', async () => {
    const url = new URL(database.url);
    const line = await Proxy.open(Number(url.port));
    url.port = String(line.port);
    const db = openDatabase(url.href, { pool: 1, longestSilenceMs: 300 });
    try {
      await sql`select 1`.execute(db);
      line.forsake();
      await expect(sql`select 1`.execute(db)).rejects.toThrow('Connection terminated');
      expect((await sql`select 2 as two`.execute(db)).rows).toEqual([{ two: 2 }]);
    } finally {
      await db.destroy();
      line.close();
    }
  });

  it('loses its locks when it stands still within a transaction', async () => {
    const role = 'accesslink_bridge_publisher';
    const db = openDatabase(database.url, { role, longestStandstillMs: 200 });
    const other = openDatabase(database.url, { role, pool: 1 });
    const locked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    try {
      const outcome = db
        .transaction()
        .execute(async (trx) => {
          await sql`select pg_advisory_xact_lock(1)`.execute(trx);
          locked.resolve();
          await goOn.promise;
          await sql`select 1`.execute(trx);
        })
        .then(
          () => 'committed',
          () => 'ended',
        );
      await locked.promise;
      // Waits until the other one has lost it.
      await sql`select pg_advisory_lock(1)`.execute(other);
      goOn.resolve();
      expect(await outcome).toBe('ended');
    } finally {
      await db.destroy();
      await other.destroy();
    }
  });
});
