import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startServices, type Services } from '../../deploy/local/services/index.ts';
import { postgresTools } from './postgres-tools.ts';

type Say = (line: string) => void;

/** A way to save a database that is at work, and to have it again on a server of its own. */
export interface Backup {
  /** @param folder there and empty; the same for both */
  take(databaseUrl: string, folder: string, say: Say): Promise<void>;
  restore(folder: string, say: Say): Promise<Services>;
}

const execute = promisify(execFile);
const server = { only: ['postgres'], ways: ['local'], durable: false, env: {} } as const;

/** Of the level of files. */
export const baseBackup: Backup = {
  take: (databaseUrl, folder) => copyFiles(databaseUrl, join(folder, 'backup')),
  restore: (folder, say) => startServices({ ...server, backup: join(folder, 'backup'), progress: say }),
};

/** As SQL: what depends on the old server, such as the numbers of transactions and places in its log, is not in it. */
export const dump: Backup = {
  take: async (databaseUrl, folder, say) => {
    const { pg_dump, pg_dumpall } = await postgresTools(say);
    await execute(pg_dump, ['--format=custom', `--file=${join(folder, 'dump')}`, databaseUrl]);
    await execute(pg_dumpall, ['--globals-only', `--file=${join(folder, 'roles.sql')}`, `--dbname=${databaseUrl}`]);
  },
  restore: async (folder, say) => {
    const { psql, pg_restore } = await postgresTools(say);
    const restored = await startServices({ ...server, progress: say });
    // Goes on after what it complains of: the new server has the role of its owner already.
    await execute(psql, ['--quiet', `--file=${join(folder, 'roles.sql')}`, restored.databaseUrl]);
    await execute(pg_restore, ['--exit-on-error', `--dbname=${restored.databaseUrl}`, join(folder, 'dump')]);
    return restored;
  },
};

/**
 * A base backup of a local PostgreSQL while it is at work, by PostgreSQL's own interface for backups on the level of files
 * (chapter 25.3.4 of its manual): restored, it is the database as of the end of the backup.
 * @param folder where to; it must not be there yet
 */
async function copyFiles(databaseUrl: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const data = rows[0]?.data_directory ?? '';
    await client.query(`select pg_backup_start('disaster', fast => true)`);
    // Files come and go while it copies; what is missing is in the log.
    await execute('cp', ['-a', data, folder]).catch((error: { stderr?: string }) => {
      if (!/No such file/.test(error.stderr ?? '')) throw error;
    });
    const stopped = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await execute('rm', ['-rf', ...['pg_wal', 'postmaster.pid', 'postmaster.opts'].map((name) => join(folder, name))]);
    await execute('cp', ['-a', join(data, 'pg_wal'), join(folder, 'pg_wal')]);
    await writeFile(join(folder, 'backup_label'), stopped.rows[0]?.labelfile ?? '');
    await execute('chown', ['--reference', join(folder, 'PG_VERSION'), join(folder, 'backup_label')]);
  } finally {
    await client.end();
  }
}
