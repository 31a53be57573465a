/**
 * Runs the simulator: `npm run simulator -- --port 4010 --athletes 5 --pace 60`. Ctrl-C or SIGTERM ends it.
 */
import { parseOptions, USAGE } from './command-line.ts';
import { createSimulator } from './index.ts';

const options = read();
const simulator = await createSimulator(options.simulator);
const { url, authUrl, apiUrl, seed, clients } = simulator;
if (options.json) {
  process.stdout.write(`${JSON.stringify({ url, authUrl, apiUrl, controlUrl: `${url}/control`, seed, clients })}\n`);
} else {
  process.stdout.write(
    `AccessLink simulator: authUrl ${authUrl} apiUrl ${apiUrl} control ${url}/control seed ${seed}\n`,
  );
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}

function read() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return process.exit(2);
  }
}
