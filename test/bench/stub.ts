import { join } from 'node:path';
import { Child } from '../../deploy/local/stack/child.ts';
import { until } from '../../deploy/local/stack/until.ts';

/** `stub-provider.ts` as a process of its own. */
export async function startStub(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  let port: number | undefined;
  const child = new Child({
    name: 'stub',
    args: [join(import.meta.dirname, 'stub-provider.ts')],
    env: {},
    logFile: '/dev/null',
    onLine: (line) => {
      port ??= (JSON.parse(line) as { port: number }).port;
    },
  });
  child.start();
  await until('the stub', 20, async () => port !== undefined);
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}
