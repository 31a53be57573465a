import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const copy = promisify(execFile);

/**
 * A base backup of a local PostgreSQL while it is at work, by PostgreSQL's own interface for backups on the level of files
 * (chapter 25.3.4 of its manual): restored, it is the database as of the end of the backup.
 * @param folder where to; it must not be there yet
 */
export async function backUp(databaseUrl: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const data = rows[0]?.data_directory ?? '';
    await client.query(`select pg_backup_start('disaster', fast => true)`);
    // Files come and go while it copies; what is missing is in the log.
    await copy('cp', ['-a', data, folder]).catch((error: { stderr?: string }) => {
      if (!/No such file/.test(error.stderr ?? '')) throw error;
    });
    const stopped = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await copy('rm', ['-rf', ...['pg_wal', 'postmaster.pid', 'postmaster.opts'].map((name) => join(folder, name))]);
    await copy('cp', ['-a', join(data, 'pg_wal'), join(folder, 'pg_wal')]);
    await writeFile(join(folder, 'backup_label'), stopped.rows[0]?.labelfile ?? '');
    await copy('chown', ['--reference', join(folder, 'PG_VERSION'), join(folder, 'backup_label')]);
  } finally {
    await client.end();
  }
}
