import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds what changed. @throws Error when that fails; the compiler has said why by then */
export async function build(): Promise<void> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const tsc = spawn(process.execPath, [compiler, '-p', join(root, 'config/tsconfig.build.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(tsc, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the build failed; see above');
}
