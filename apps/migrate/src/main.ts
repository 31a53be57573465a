import { loadEnv, MigrateEnv } from '#config';
import { AppLogger, runMain } from '#platform';
import { migrate, openDatabase, reachDatabase } from '#store';
import { waitForDatabase } from './wait.ts';

await runMain('migrate', async () => {
  const env = loadEnv(MigrateEnv);
  const log = AppLogger.create({ name: 'migrate', logLevel: env.LOG_LEVEL });
  const db = openDatabase(env.DATABASE_URL, {
    applicationName: 'accesslink-bridge-migrate',
    pool: 2,
    // To copy a large table takes its time.
    longestSilenceMs: 86_400_000,
  });
  try {
    await waitForDatabase(() => reachDatabase(db), { seconds: env.DATABASE_WAIT_SECONDS, log });
    const results = await migrate(db);
    log.info('database is at the newest schema', { migrated: results.map(({ migrationName }) => migrationName) });
  } finally {
    await db.destroy();
  }
});
