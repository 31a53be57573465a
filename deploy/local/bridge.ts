/** `npm run bridge -- COMMAND` from a bare checkout: builds what changed, then runs the app. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from './build.ts';

await build().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const app = spawn(
  process.execPath,
  [join(import.meta.dirname, '../../dist/apps/bridge/src/main.js'), ...process.argv.slice(2)],
  {
    // npm runs its scripts in the project's folder; the path is meant from where it was typed.
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: 'inherit',
  },
);
const [code] = (await once(app, 'exit')) as [number | null];
process.exitCode = code ?? 1;
