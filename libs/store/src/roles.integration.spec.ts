import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { DatabaseRole } from './database.ts';
import { missingPrivileges, privileges } from './privileges.ts';
import { StoreBench } from './store.fixture.ts';

let bench: StoreBench;
beforeAll(async () => {
  bench = await StoreBench.open();
});
afterAll(() => bench.close());

const roles = {
  auth: 'accesslink_bridge_auth',
  poller: 'accesslink_bridge_poller',
  publisher: 'accesslink_bridge_publisher',
} as const satisfies Record<string, DatabaseRole>;
type App = keyof typeof roles;

/** Every privilege of a role: of whole tables, and of columns where it has not the whole table. */
async function privilegesOf(role: DatabaseRole): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await sql<{ table: string; privilege: string }>`
    select tables.name as table, kinds.kind as privilege
    from (select oid, relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'S', 'p')) as tables,
      unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as kinds (kind)
    where has_table_privilege(${role}, tables.oid, kinds.kind)
    union all
    select tables.name, kinds.kind || ' ' || attname
    from (select oid, relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p')) as tables
    join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped,
      unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) as kinds (kind)
    where has_column_privilege(${role}, tables.oid, attnum, kinds.kind) and not has_table_privilege(${role}, tables.oid, kinds.kind)`.execute(
    bench.db,
  );
  const byTable = Map.groupBy(rows, ({ table }) => table);
  return Object.fromEntries(
    [...byTable].map(([table, all]) => [table, all.map(({ privilege }) => privilege.toLowerCase()).toSorted()]),
  );
}

const flat = (privileges: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.entries(privileges).flatMap(([table, all]) => all.map((privilege) => `${table}: ${privilege}`));
/** A whole table's privilege is also one of each of its columns. */
const covers = (granted: readonly string[], privilege: string): boolean =>
  granted.includes(privilege) || granted.includes(privilege.split(' ').slice(0, 2).join(' '));

describe.each(Object.keys(roles) as App[])('the role of the %s', (app) => {
  it('can do nothing that it does not have to', async () => {
    expect(await privilegesOf(roles[app])).toEqual(privileges[roles[app]]);
  });

  it('can do what it has to', async () => {
    const granted = flat(await privilegesOf(roles[app]));
    expect(flat(privileges[roles[app]]).filter((privilege) => !covers(granted, privilege))).toEqual([]);
    expect(await missingPrivileges(bench.db, roles[app])).toEqual([]);
  });

  it('can neither log in, nor make tables, nor become another role', async () => {
    const { rows } = await sql`
      select rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
        has_schema_privilege(oid, 'public', 'create') as creates,
        exists (select from pg_auth_members where member = pg_roles.oid) as "isMember"
      from pg_roles where rolname = ${roles[app]}`.execute(bench.db);
    expect(Object.values(rows[0] as object)).toEqual(Array.from({ length: 7 }, () => false));
  });
});

describe('an app', () => {
  const statements: readonly [App, string, string][] = [
    ['poller', 'select refresh_token from credentials', 'table credentials'],
    ['poller', 'select count(*) from credentials', 'table credentials'],
    ['poller', 'update credentials set version = 0', 'table credentials'],
    ['poller', 'delete from credentials', 'table credentials'],
    ['poller', 'select * from connect_links', 'table connect_links'],
    ['poller', 'select * from consent_states', 'table consent_states'],
    ['poller', "update connections set status = 'active'", 'table connections'],
    ['poller', "update connections set scopes = '{}'", 'table connections'],
    ['poller', 'delete from connections', 'table connections'],
    ['poller', 'delete from outbox', 'table outbox'],
    ['poller', "update outbox set payload = ''", 'table outbox'],
    ['poller', 'update lanes set relayed = 0', 'table lanes'],
    ['publisher', 'select access_token from credentials', 'table credentials'],
    ['publisher', 'select count(*) from credentials', 'table credentials'],
    ['publisher', 'delete from credentials', 'table credentials'],
    ['publisher', 'select * from connections', 'table connections'],
    ['publisher', 'select * from snapshots', 'table snapshots'],
    ['publisher', 'select * from poll_targets', 'table poll_targets'],
    ['publisher', "update outbox set payload = ''", 'table outbox'],
    ['publisher', 'delete from outbox', 'table outbox'],
    ['publisher', 'select tend_outbox_day(current_date)', 'function tend_outbox_day'],
    ['poller', 'select payload from outbox', 'table outbox'],
    ['poller', "select tend_outbox('1 day')", 'function tend_outbox'],
    ['publisher', 'update lanes set next_position = 1', 'table lanes'],
    ['poller', 'select * from audit_log', 'table audit_log'],
    ['poller', 'select * from refresh_attempts', 'table refresh_attempts'],
    ['publisher', 'select * from audit_log', 'table audit_log'],
    ['publisher', 'select purge_erased(gen_random_uuid())', 'function purge_erased'],
    ['auth', "update audit_log set actor = ''", 'table audit_log'],
    ['auth', 'delete from audit_log', 'table audit_log'],
    ['auth', 'delete from outbox', 'table outbox'],
    ['auth', 'update lanes set relayed = 0', 'table lanes'],
    ['auth', 'select * from publishers', 'table publishers'],
    ['poller', 'select * from parked_rows', 'table parked_rows'],
    ['poller', 'select detail from parked_streams', 'table parked_streams'],
    ['auth', 'select * from parked_rows', 'table parked_rows'],
    ['publisher', "update parked_rows set payload = ''", 'table parked_rows'],
  ];

  it.each(statements)('that is the %s is refused: %s', async (app, statement, what) => {
    await expect(sql.raw(statement).execute(bench.as(roles[app]))).rejects.toMatchObject({
      code: '42501',
      message: `permission denied for ${what}`,
    });
  });

  it.each(['poller', 'publisher'] as const)('that is the %s cannot make itself the auth service', async (app) => {
    // Only a login that is a member of both could: what operators make has one role per login.
    const login = `test_${app}_${bench.url.slice(-32)}`;
    await sql`create role ${sql.id(login)} login password 'test' in role ${sql.id(roles[app])}`.execute(bench.db);
    try {
      await expect(
        bench.db.transaction().execute(async (trx) => {
          await sql`set local session authorization ${sql.id(login)}`.execute(trx);
          await sql`set local role ${sql.id(roles[app])}`.execute(trx);
          await sql`set local role ${sql.id(roles.auth)}`.execute(trx);
        }),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await sql`drop role ${sql.id(login)}`.execute(bench.db);
    }
  });
});
