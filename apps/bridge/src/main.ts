import { runMain } from '#platform/program';
import { createProgram, run } from './program.ts';

await runMain('bridge', async () => {
  // Whoever reads along has gone: `| head`.
  process.stdout.on('error', () => process.exit());
  process.exitCode = await run(createProgram(), process.argv.slice(2));
});
