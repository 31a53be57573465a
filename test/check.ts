// npm test: everything that has to hold before a change is merged. It goes on after a failure, so that one run tells all
// that is wrong, and ends with one line of numbers.
//
//   npm test -- --only unit,lint:code
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'check-'));

interface Step {
  readonly name: string;
  /** Run one after the other; the first failure ends the step. */
  readonly commands: readonly (readonly string[])[];
  /** Where jest leaves its numbers; any other step counts as one test. */
  readonly report?: string;
  /** A step that this one needs: when it failed, this one fails without being run. */
  readonly needs?: string;
  /** Nothing that hangs may hang for ever. */
  readonly minutes: number;
}

interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  /** Why it failed, when the numbers do not say it. */
  readonly reason?: string;
}

const script = (name: string): readonly string[] => ['npm', 'run', '--silent', name];
const simple = (name: string): Step => ({ name, commands: [script(name)], minutes: 10 });

function jest(project: string, minutes: number, more: readonly string[] = []): Step {
  const report = join(reports, `${project}.json`);
  // jest's own output goes to stderr and stays visible
  const options = ['--selectProjects', project, '--json', `--outputFile=${report}`, ...more];
  return { name: project, commands: [[...script('jest'), '--', ...options]], report, minutes };
}

const steps: readonly Step[] = [
  simple('lint:code'),
  simple('lint:format'),
  simple('lint:architecture'),
  simple('typecheck'),
  // from nothing: what was deleted in the source must not live on in what runs
  { name: 'build', commands: [script('clean'), script('build')], minutes: 10 },
  {
    name: 'contracts',
    commands: [[process.execPath, 'test/contracts/main.ts', 'check']],
    needs: 'build',
    minutes: 5,
  },
  { name: 'deploy', commands: [script('test:deploy')], needs: 'build', minutes: 15 },
  jest('unit', 20),
  {
    // Whether the product holds, and whether the simulation would see it if it did not.
    name: 'simulate',
    commands: [script('test:simulate'), [...script('test:simulate'), '--', '--planted']],
    minutes: 10,
  },
  jest('integration', 40),
  { ...jest('e2e', 60, ['--maxWorkers=1']), needs: 'build' },
  {
    name: 'schemathesis',
    commands: [[process.execPath, '--disable-warning=TimeoutNegativeWarning', 'test/schemathesis/main.ts']],
    needs: 'build',
    minutes: 15,
  },
  {
    // Killed in the middle, and compared with what happened.
    name: 'examples',
    commands: [[process.execPath, '--disable-warning=TimeoutNegativeWarning', 'test/readers/main.ts', '--examples']],
    needs: 'build',
    minutes: 10,
  },
  {
    name: 'smoke',
    commands: [[process.execPath, 'deploy/local/quickstart.ts', '--events', '25', '--exit']],
    needs: 'build',
    minutes: 10,
  },
];

let running: ChildProcess | undefined;
let stopped: string | undefined;

/** Each command leads a process group, so that nothing that it started outlives it. */
function signal(child: ChildProcess | undefined, name: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // it has gone already
  }
}

/** First time to clean up, then none. */
function end(child: ChildProcess | undefined): void {
  signal(child, 'SIGTERM');
  setTimeout(() => signal(child, 'SIGKILL'), 15_000).unref();
}

function stop(why: string): void {
  if (stopped !== undefined) return;
  stopped = why;
  end(running);
}

/** @returns undefined when it succeeded, else what happened */
function run([program = '', ...args]: readonly string[], minutes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let late: string | undefined;
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    running = child;
    const limit = setTimeout(() => {
      late = `stopped after ${minutes} minutes`;
      end(child);
    }, minutes * 60_000);
    const done = (outcome: string | undefined): void => {
      clearTimeout(limit);
      signal(child, 'SIGKILL'); // what it left behind
      resolve(stopped ?? late ?? outcome);
    };
    child.once('error', (error) => done(`cannot be started: ${error.message}`));
    child.once('exit', (code, killed) => done(code === 0 ? undefined : `ended with ${killed ?? `code ${code}`}`));
  });
}

async function check(step: Step): Promise<Result> {
  let problem: string | undefined;
  for (const command of step.commands) problem ??= await run(command, step.minutes);
  if (step.report !== undefined) return readReport(step.report, problem);
  return problem === undefined ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, reason: problem };
}

/** What jest counted. A run without a test, or one that broke outside of its tests, is a failure too. */
function readReport(file: string, problem: string | undefined): Result {
  let counts: Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numRuntimeErrorTestSuites', number>;
  try {
    counts = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, reason: problem ?? 'jest left no report' };
  }
  const { numPassedTests: passed, numPendingTests: skipped, numRuntimeErrorTestSuites: broken } = counts;
  const failed = counts.numFailedTests + broken;
  if (passed + failed === 0) return { passed, failed: 1, skipped, reason: problem ?? 'no test was run' };
  if (failed === 0 && problem !== undefined) return { passed, failed: 1, skipped, reason: problem };
  const reason = broken > 0 ? `${broken} test files could not be run` : stopped;
  return { passed, failed, skipped, ...(reason === undefined ? {} : { reason }) };
}

function chosen(): readonly Step[] {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  if (only === undefined) return steps;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`unknown step: ${unknown.join(', ')}; there are ${steps.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  return steps.filter(({ name }) => names.includes(name));
}

function summarise(results: ReadonlyMap<string, Result & { readonly seconds: number }>): void {
  const sum = (count: (result: Result) => number): number =>
    [...results.values()].reduce((total, result) => total + count(result), 0);
  const [passed, failed] = [sum((one) => one.passed), sum((one) => one.failed)];
  console.log(`\n${'step'.padEnd(18)} ${'result'.padEnd(8)} ${'passed'.padStart(7)} ${'failed'.padStart(7)}  seconds`);
  for (const [name, result] of results) {
    const notes = [result.reason, result.skipped ? `${result.skipped} skipped` : undefined].filter(Boolean).join('; ');
    const cells = [name.padEnd(18), (result.failed === 0 ? 'ok' : 'FAILED').padEnd(8)];
    const numbers = [String(result.passed).padStart(7), String(result.failed).padStart(7)];
    console.log([...cells, ...numbers, result.seconds.toFixed(1).padStart(8), notes].join(' ').trimEnd());
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(`stopped by ${name}`));
// bootstrap.mjs holds the other end: when it is killed, nobody waits for us any more
if (process.channel) {
  process.on('disconnect', () => stop('stopped: the parent has gone'));
  process.channel.unref();
}

const todo = chosen();
const results = new Map<string, Result & { readonly seconds: number }>();
for (const [index, step] of todo.entries()) {
  const start = performance.now();
  const missing = step.needs !== undefined && (results.get(step.needs)?.failed ?? 0) > 0;
  const reason = stopped ?? (missing ? `not run: ${step.needs} failed` : undefined);
  console.log(`\n[${index + 1}/${todo.length}] ${step.name}${reason === undefined ? '' : `: ${reason}`}`);
  const result = reason === undefined ? await check(step) : { passed: 0, failed: 1, reason };
  const seconds = (performance.now() - start) / 1000;
  results.set(step.name, { ...result, seconds });
  console.log(
    `[${index + 1}/${todo.length}] ${step.name}: ${result.failed === 0 ? 'ok' : 'FAILED'}, ${seconds.toFixed(1)} s`,
  );
}
rmSync(reports, { recursive: true, force: true });
summarise(results);
