import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { until } from './until.ts';

const script = fileURLToPath(new URL('../../../test/simulator/main.ts', import.meta.url));

/** The simulator as a process of its own. */
export interface SimulatedProvider {
  /** Where its `/control` routes are. */
  readonly url: string;
  readonly authUrl: string;
  readonly apiUrl: string;
  /** @throws when the simulator refuses */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface SimulatedProviderOptions {
  readonly folder: string;
  readonly args: readonly string[];
}

export async function startSimulatedProvider({ folder, args }: SimulatedProviderOptions): Promise<SimulatedProvider> {
  let started: { url: string; authUrl: string; apiUrl: string } | undefined;
  const child = new Child({
    name: 'simulator',
    args: [script, ...args, '--json'],
    env: {},
    logFile: join(folder, 'simulator.log'),
    onLine: (line) => {
      started ??= JSON.parse(line) as typeof started;
    },
  });
  child.start();
  await until('the simulator', 30, async () => started !== undefined || child.failure !== undefined);
  if (started === undefined) throw new Error(child.failure);
  const { url, authUrl, apiUrl } = started;
  return {
    url,
    authUrl,
    apiUrl,
    async control(method, path, body) {
      const response = await fetch(`${url}/control${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`simulator: ${method} ${path} answered ${response.status}: ${text}`);
      return JSON.parse(text);
    },
    async stop() {
      await child.kill();
      child.close();
    },
  };
}
