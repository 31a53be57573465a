import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type GoProgram, goProgram, hasGo } from '../go-program.ts';

const execute = promisify(execFile);
const promtool: GoProgram = {
  name: 'promtool',
  module: join(import.meta.dirname, 'promtool'),
  package: 'github.com/prometheus/prometheus/cmd/promtool',
  // Rules need no service discovery: without it, and all clouds' libraries, the build is short.
  flags: ['-tags', 'remove_all_sd'],
};

export interface PromtoolResult {
  /** Why it was not run. */
  readonly skipped?: string;
  /** What it printed when it refused the rules or their tests. */
  readonly failure?: string;
}

/** Checks a file of rules and runs their tests. Without Go there is no promtool, and nothing is checked. */
export async function runPromtool(rules: string, tests: string): Promise<PromtoolResult> {
  if (!(await hasGo())) return { skipped: 'no Go on the PATH (needed to build promtool, once: 1.26 or later)' };
  const program = await goProgram(promtool, console.log);
  for (const args of [
    ['check', 'rules', '--lint-fatal', rules],
    ['test', 'rules', tests],
  ]) {
    const failure = await execute(program, args).then(
      () => undefined,
      (error: { readonly stdout: string; readonly stderr: string }) =>
        `promtool ${args.slice(0, 2).join(' ')}:\n${error.stdout}${error.stderr}`,
    );
    if (failure !== undefined) return { failure };
  }
  return {};
}
