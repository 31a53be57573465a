import { Migrator, type Migration, type MigrationResult } from 'kysely/migration';
import type { Database } from './database.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as connectionLife from './migrations/0002-connection-life.ts';
import * as cadence from './migrations/0003-cadence.ts';
import * as backfill from './migrations/0004-backfill.ts';
import * as parking from './migrations/0005-parking.ts';
import * as outboxDays from './migrations/0006-outbox-days.ts';
import * as laneTerms from './migrations/0007-lane-terms.ts';
import * as uncountedReplays from './migrations/0008-uncounted-replays.ts';
import * as status from './migrations/0009-status.ts';
import * as visibleSchema from './migrations/0010-visible-schema.ts';

/** Named here and not read from a folder, so that a build can't lose one. The names' order is the order of running. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-connection-life': connectionLife,
  '0003-cadence': cadence,
  '0004-backfill': backfill,
  '0005-parking': parking,
  '0006-outbox-days': outboxDays,
  '0007-lane-terms': laneTerms,
  '0008-uncounted-replays': uncountedReplays,
  '0009-status': status,
  '0010-visible-schema': visibleSchema,
};

/**
 * Brings the database to the newest schema, in one transaction. Safe to run from several places at once: Kysely holds a lock.
 * @throws the first failed migration's error; the database is as it was before the call
 */
export async function migrate(db: Database): Promise<readonly MigrationResult[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results ?? [];
}
