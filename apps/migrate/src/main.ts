import { loadEnv, MigrateEnv } from '#config';
import { AppLogger, runMain } from '#platform';
import { migrate, openDatabase } from '#store';

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
    const results = await migrate(db);
    log.info('database is at the newest schema', { migrated: results.map(({ migrationName }) => migrationName) });
  } finally {
    await db.destroy();
  }
});
