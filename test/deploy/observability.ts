/**
 * Checks deploy/observability: dashboards and alerts ask only for metrics and labels that docs/metrics.md has, which an end to
 * end test holds against the running services; every alert has its page; and the alerts fire when they should, by promtool.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { dashboards } from '../../deploy/observability/dashboards.ts';
import { fileOf } from '../../deploy/observability/panels.ts';
import { root } from './build-file.ts';
import { documentedMetrics } from './observability/metrics-page.ts';
import { runPromtool } from './observability/promtool.ts';
import { faultsOf } from './observability/promql.ts';
import { report } from './report.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const folder = join(root, 'deploy/observability');
const rulesFile = join(folder, 'alerts/accesslink-bridge.yaml');
const runbooks = 'docs/runbooks';
const problems: string[] = [];
let checks = 0;

function expect(holds: boolean, problem: string): void {
  checks += 1;
  if (!holds) problems.push(problem);
}

function expectQuery(where: string, query: string): void {
  const faults = faultsOf(query, metrics);
  expect(faults.length === 0, `${where}: ${faults.join('; ')}: ${query}`);
}

const metrics = await documentedMetrics();
expect(metrics.size > 20, 'docs/metrics.md has no table that can be read');
const asked = new Set<string>();

for (const [name, dashboard] of Object.entries(dashboards)) {
  const file = join(folder, `dashboards/${name}.json`);
  const written = await readFile(file, 'utf8').catch(() => '');
  const wanted = `${JSON.stringify(fileOf(dashboard), undefined, 2)}\n`;
  expect(written === wanted, `dashboards/${name}.json is not what dashboards.ts says: npm run dashboards`);
  for (const { title, description, targets } of dashboard.rows.flatMap(({ panels }) => panels)) {
    expect(description !== '', `${name}, ${title}: says nothing of what it shows`);
    for (const { expr } of targets) {
      asked.add(expr);
      expectQuery(`${name}, ${title}`, expr);
    }
  }
  for (const { query } of dashboard.variables) {
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query) ?? [];
    expect(metrics.get(metric)?.labels.has(label) === true, `${name}: ${query} finds nothing`);
  }
}
const files = (await readdir(join(folder, 'dashboards'))).map((file) => basename(file, '.json'));
for (const file of files) expect(Object.hasOwn(dashboards, file), `dashboards/${file}.json is in no dashboards.ts`);

const { groups } = parse(await readFile(rulesFile, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const tests = await readFile(rulesFile.replace(/\.yaml$/, '.test.yaml'), 'utf8');
for (const { alert, expr, labels, annotations = {} } of rules) {
  asked.add(expr);
  expectQuery(alert, expr);
  expect(['info', 'warning', 'critical'].includes(labels?.['severity'] ?? ''), `${alert} has no severity`);
  for (const annotation of ['summary', 'description', 'runbook_url'])
    expect((annotations[annotation] ?? '') !== '', `${alert} has no ${annotation}`);
  const page = await readFile(join(root, annotations['runbook_url'] ?? ''), 'utf8').catch(() => '');
  for (const part of [`\`${alert}\``, '## What it means', '## How to check', '## What to do'])
    expect(page.includes(part), `${alert}: ${annotations['runbook_url'] ?? ''} has no ${part}`);
  expect(tests.includes(`alertname: ${alert}\n`), `${alert} has no test in accesslink-bridge.test.yaml`);
}

const urls = new Set(rules.map(({ annotations }) => annotations?.['runbook_url']));
const logged = await loggedMessages();
for (const file of await readdir(join(root, runbooks))) {
  const page = await readFile(join(root, runbooks, file), 'utf8');
  expect(file === 'README.md' || urls.has(`${runbooks}/${file}`), `${runbooks}/${file} is no alert's page`);
  for (const [name] of page.matchAll(/\bbridge_[a-z_]+/g))
    expect(
      [...metrics.keys()].some((known) => known.startsWith(name)),
      `${runbooks}/${file}: there is no ${name}`,
    );
  for (const [, message = ''] of page.matchAll(/"message":"([^"]+)"|grep '([a-z][a-z ]+)'/g))
    expect(message === '' || logged.has(message), `${runbooks}/${file}: nothing logs "${message}"`);
}
for (const { alert } of rules) {
  const index = await readFile(join(root, runbooks, 'README.md'), 'utf8');
  expect(index.includes(`| ${alert} |`), `${runbooks}/README.md does not list ${alert}`);
}
const unseen = [...metrics.keys()].filter((name) => ![...asked].some((query) => query.includes(name)));
const unwatched = new Set(['bridge_marker_only_total']);
for (const name of unseen) expect(unwatched.has(name), `no dashboard and no alert has ${name}`);

const promtool = await runPromtool(rulesFile, rulesFile.replace(/\.yaml$/, '.test.yaml'));
if (promtool.skipped === undefined) expect(promtool.failure === undefined, promtool.failure ?? '');
else console.log(`alerts: their tests are skipped: ${promtool.skipped}`);
report('observability', checks, problems);

/** Constant messages of the log. */
async function loggedMessages(): Promise<ReadonlySet<string>> {
  const messages = new Set<string>();
  for (const part of ['apps', 'libs'])
    for (const file of await readdir(join(root, part), { recursive: true })) {
      if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
      const source = await readFile(join(root, part, file), 'utf8');
      for (const [, message = ''] of source.matchAll(/log(?:ger)?(?:\.\w+|\[[^\]]+\])\(\s*'([^']+)'/g))
        messages.add(message);
    }
  return messages;
}
