import { runMain } from '#platform';
import { check } from './check.ts';

await runMain('tenants', async () => {
  process.exitCode = check(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  });
});
