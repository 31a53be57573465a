import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Findings } from './rows.ts';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[] }[];
  }[];
}

/** Runs the conformance suite and counts what passed. A resource of which a test failed has none. */
export function conformance(): Findings['conformance'] {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const report = join(folder, 'report.json');
  try {
    const options = [
      '--selectProjects',
      'unit',
      '--testPathPatterns',
      'test/conformance',
      '--json',
      `--outputFile=${report}`,
    ];
    spawnSync('npm', ['run', '--silent', 'jest', '--', ...options, '--silent'], {
      cwd: join(import.meta.dirname, '../../..'),
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    return counted(JSON.parse(readFileSync(report, 'utf8')) as Report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function counted({ testResults }: Report): Findings['conformance'] {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const byResource = Map.groupBy(
    tests,
    ({ ancestorTitles }) => /^the resource (.+)$/.exec(ancestorTitles[0] ?? '')?.[1] ?? '',
  );
  return Object.fromEntries(
    [...byResource]
      .filter(([name]) => name !== '')
      .map(([name, ones]) => [name, ones.every(({ status }) => status === 'passed') ? ones.length : 0]),
  );
}
