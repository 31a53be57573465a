import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds what changed, as `npm run build` does. @throws Error when that fails; a step has said why by then */
export async function build(): Promise<void> {
  await run('node_modules/typescript/bin/tsc', ['-p', 'config/tsconfig.build.json']);
  await run('deploy/build/dependencies.ts');
}

async function run(program: string, args: readonly string[] = []): Promise<void> {
  const step = spawn(process.execPath, [join(root, program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(step, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the build failed at ${program}; see above`);
}
