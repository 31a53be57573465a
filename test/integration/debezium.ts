import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openSandbox } from '../../deploy/local/services/sandbox.ts';
import { startEngine, type Engine, type EngineOptions } from '../debezium/engine.ts';

export type { Engine, Routed } from '../debezium/engine.ts';

/** Debezium's engine on a test's database, in a sandbox of its own. It reads what is committed from now on. */
export async function openDebezium(options: Omit<EngineOptions, 'sandbox' | 'progress'>): Promise<Engine> {
  const sandbox = await openSandbox();
  const progress = (text: string): void => console.error(text);
  const engine = await startEngine({ ...options, sandbox, progress });
  await reading(options.url);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await engine.stop();
    await sandbox.close();
  };
  return { pid: engine.pid, stop: () => (stopped ??= stop()) };
}

async function reading(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let tries = 0; tries < 600; tries += 1) {
      const { rowCount } = await client.query(
        'select from pg_replication_slots where database = current_database() and active',
      );
      if (rowCount === 1) return;
      await sleep(200);
    }
    throw new Error('Debezium did not begin to read its slot within 120 s');
  } finally {
    await client.end();
  }
}
