import { openSandbox } from '../../deploy/local/services/sandbox.ts';
import { startEngine, type Engine, type EngineOptions } from '../debezium/engine.ts';

export type { Engine, Routed } from '../debezium/engine.ts';

/** Debezium's engine on a test's database, in a sandbox of its own. */
export async function openDebezium(options: Omit<EngineOptions, 'sandbox' | 'progress'>): Promise<Engine> {
  const sandbox = await openSandbox();
  const progress = (text: string): void => console.error(text);
  const engine = await startEngine({ ...options, sandbox, progress });
  return {
    pid: engine.pid,
    stop: async () => {
      await engine.stop();
      await sandbox.close();
    },
  };
}
