import { runMain } from '#platform/program';
import { exitCodes } from './exit-codes.ts';
import { createProgram, run } from './program.ts';

const oldestNode = 24;

await runMain('bridge', async () => {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    process.stderr.write(
      `bridge needs Node ${String(oldestNode)} or later, and this is ${process.versions.node}: \`npm run bridge --\` brings its own.\n`,
    );
    process.exitCode = exitCodes.usage;
    return;
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads along has gone: `| head`.
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`What was to be said could not be written: ${error.message}\n`);
    process.exit(exitCodes.wrong);
  });
  process.exitCode = await run(createProgram(), process.argv.slice(2));
  for (const stream of [process.stdout, process.stderr]) await new Promise((told) => void stream.write('', told));
  // What the doctor waits for no longer goes on, such as kafkajs, which tries for minutes.
  process.exit();
});
