import { type Verdict, listed, verdict } from '#core';
import type { DatabaseRole, SchemaFacts, ServerFacts } from '#store';
import { clockVerdicts } from './clock.ts';
import { faultOf } from './fault.ts';
import { type App, roleOf } from './settings.ts';

/** PostgreSQL as the examination needs it. */
export interface DatabasePorts {
  /** Such as `db:5432`. */
  readonly host: string;
  readonly apps: readonly App[];
  readonly facts: () => Promise<ServerFacts>;
  /** Connects as an app does. */
  readonly enter: (role: DatabaseRole) => Promise<unknown>;
  readonly schema: (role: DatabaseRole) => Promise<SchemaFacts>;
  readonly missingPrivileges: (role: DatabaseRole) => Promise<readonly string[]>;
  /** Epoch ms. */
  readonly now: () => number;
}

const leastMajor = 15;
const migrate = 'Run the command `migrate` of this version once, with a login that may create roles.';
const mostNamed = 4;

export async function lookAtServer({
  host,
  apps,
  facts,
  now,
}: Pick<DatabasePorts, 'host' | 'apps' | 'facts' | 'now'>): Promise<readonly Verdict[]> {
  const where = `PostgreSQL at ${host} (DATABASE_URL)`;
  try {
    const before = now();
    const { at, ...server } = await facts();
    const wrong = [...serverVerdicts(where, server, apps), ...clockVerdicts(where, { before, at, after: now() })];
    return wrong.length > 0 ? wrong : [verdict.ok(`PostgreSQL ${server.version} at ${host}, as ${server.login}.`)];
  } catch (error) {
    return [faultOf(where, error)];
  }
}

function serverVerdicts(
  where: string,
  { version, major, login, isSuperuser, isOwner, isStandby }: Omit<ServerFacts, 'at'>,
  apps: readonly App[],
): readonly Verdict[] {
  const own = `Make a login for each app: \`create role NAME login password '...' in role ${apps.map(roleOf).join(', ')}\`.`;
  return [
    ...(major < leastMajor
      ? [
          verdict.broken(
            `${where} is version ${version}; allowed: ${String(leastMajor)} or later.`,
            'Upgrade it, or name another server.',
          ),
        ]
      : []),
    ...(isStandby
      ? [
          verdict.broken(
            `${where} is a standby: nothing can be written there.`,
            'Name the primary, or an address that follows it.',
          ),
        ]
      : []),
    ...(isSuperuser || isOwner
      ? [
          verdict.warn(
            `The login "${login}" of DATABASE_URL ${isSuperuser ? 'is a superuser' : 'owns the tables'}: nothing keeps the apps from each other's data.`,
            own,
          ),
        ]
      : []),
  ];
}

/** Whether the login may be what the apps are. */
export async function lookAtRoles({ host, apps, enter }: DatabasePorts): Promise<readonly Verdict[]> {
  const found = await Promise.all(
    apps.map(async (app): Promise<readonly Verdict[]> => {
      const role = roleOf(app);
      try {
        await enter(role);
        return [];
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === '22023' || code === '42704')
          return [verdict.broken(`PostgreSQL at ${host} has no role ${role}: it was never migrated.`, migrate)];
        if (code === '42501')
          return [
            verdict.broken(
              `The login of DATABASE_URL is not a member of ${role}, as which ${app} works.`,
              `As the owner: \`grant ${role} to LOGIN\`.`,
            ),
          ];
        throw error;
      }
    }),
  );
  const wrong = found.flat();
  return wrong.length > 0 ? wrong : [verdict.ok(`The login is a member of ${listed(apps.map(roleOf), apps.length)}.`)];
}

/** Whether the schema is the program's. */
export async function lookAtSchema({ apps: [app], schema }: DatabasePorts): Promise<readonly Verdict[]> {
  if (app === undefined) return [];
  try {
    const { missing, unknown } = await schema(roleOf(app));
    if (missing.length > 0)
      return [verdict.broken(`The schema is old: ${listed(missing, mostNamed)} is missing.`, migrate)];
    if (unknown.length > 0)
      return [
        verdict.warn(
          `The schema is newer than this program, which does not know ${listed(unknown, mostNamed)}.`,
          'Run the newest image. One version behind the schema is safe, as after a rollback; more is not.',
        ),
      ];
    return [verdict.ok('The schema is that of this program.')];
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === '42P01') return [verdict.broken('The database is empty: it was never migrated.', migrate)];
    if (code === '42501')
      return [
        verdict.broken('The schema is older than that of this program, which may not even see how old.', migrate),
      ];
    throw error;
  }
}

/** Whether each role may do what its app does. */
export async function lookAtPrivileges({ apps, missingPrivileges }: DatabasePorts): Promise<readonly Verdict[]> {
  const found = await Promise.all(
    apps.map(async (app): Promise<readonly Verdict[]> => {
      const missing = await missingPrivileges(roleOf(app));
      if (missing.length === 0) return [];
      return [
        verdict.broken(
          `The role ${roleOf(app)} lacks privileges: ${listed(missing, mostNamed)}.`,
          `Grant them as the owner (\`grant select on TABLE to ${roleOf(app)}\`). A dump that was restored with --no-privileges loses all of them.`,
        ),
      ];
    }),
  );
  const wrong = found.flat();
  return wrong.length > 0 ? wrong : [verdict.ok('The roles have what their apps need.')];
}
