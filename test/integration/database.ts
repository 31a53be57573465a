import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { migrate, openDatabase, type Database } from '#store';

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  drop(): Promise<void>;
}

/** A database of the test file's own, at the newest schema. Fails where DATABASE_URL is not given. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined) throw new Error('DATABASE_URL is not set: jest starts the services in its global setup');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = openDatabase(server, { pool: 1 });
  await sql`create database ${sql.id(name)}`.execute(admin);
  const db = openDatabase(url.href);
  // Roles belong to the whole server: two migrations at once would trip over each other's grants.
  await admin.connection().execute(async (one) => {
    await sql`select pg_advisory_lock(hashtext('test migrations'))`.execute(one);
    try {
      await migrate(db);
    } finally {
      await sql`select pg_advisory_unlock(hashtext('test migrations'))`.execute(one);
    }
  });
  return {
    url: url.href,
    db,
    async drop() {
      await db.destroy();
      await sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin);
      await admin.destroy();
    },
  };
}
