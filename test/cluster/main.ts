/**
 * npm run test:cluster [-- --only WORDS]
 *
 * Installs the Helm chart on a Kubernetes API server with its own controllers, in namespaces that enforce the restricted
 * Pod Security standard: each set of values of the chart's checks, without and with the CRDs that some of them need. The
 * chart is shown to the server strictly, installed, tested, upgraded, rolled back and removed. `--only` takes the trials
 * whose names have these words, comma separated. There are no nodes: the test says of each pod what became of it. Prints a
 * table and, as its last line, JSON; ends with 1 when something is refused that should not be, taken that should not be,
 * or left over. The programs are built once, by Go.
 */
import { reason } from '../../deploy/local/services/reason.ts';
import { benchOptions } from '../bench/options.ts';
import { matrix } from '../deploy/chart/cases.ts';
import type { Values } from '../deploy/chart/helm.ts';
import { isCustom } from '../deploy/chart/schemas.ts';
import { startControlPlane } from './control-plane.ts';
import { addDefinitions } from './definitions.ts';
import { Helm } from './helm.ts';
import { Kubelet } from './kubelet.ts';
import { programs } from './programs.ts';
import { type Cluster, type Outcome, Trial } from './trial.ts';
import { becomes, comesAndGoes, failsToMigrate, isRefused, isUpgraded } from './trials.ts';

const { only } = benchOptions({ only: { type: 'string' } });
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
/** @throws for a set that the chart's checks do not have */
const setOf = (name: string): Values => {
  const values = matrix.get(name);
  if (values === undefined) throw new Error(`test/deploy/chart/cases.ts has no set of values called ${name}`);
  return values;
};
const accountsOf = ({ migrate }: Values): readonly string[] =>
  Object.entries(migrate ?? {}).flatMap(([key, value]) => (key === 'serviceAccountName' ? [String(value)] : []));

const built = await programs(say);
const plane = await startControlPlane(built, say);
const outcomes: Outcome[] = [];
const problems: string[] = [];
const kubelet = new Kubelet(plane.api);
const cluster: Cluster = {
  api: plane.api,
  helm: new Helm(built, plane),
  kubelet,
  accounts: [...matrix.values()].flatMap(accountsOf),
  say,
};
try {
  await addPriorityClass();
  for (const [name, values] of matrix) {
    const isForCustom = (await cluster.helm.render('polar', values)).some(isCustom);
    await attempt(`${name}-without-crds`, (trial) =>
      isForCustom
        ? isRefused(cluster, trial, values)
        : comesAndGoes(cluster, trial, values, name === 'defaults' ? isUpgraded : undefined),
    );
  }
  await attempt('failed-migration', (trial) => failsToMigrate(cluster, trial, setOf('defaults')));
  const definitions = await addDefinitions(plane.api, await cluster.helm.render('polar', setOf('everything')));
  say(`the cluster has ${definitions.join(', ')}`);
  for (const [name, values] of matrix) {
    await attempt(`${name}-with-crds`, (trial) =>
      comesAndGoes(cluster, trial, values, name === 'everything' ? isUpgraded : undefined),
    );
  }
  await attempt('defaults-to-everything', (trial) =>
    comesAndGoes(cluster, trial, setOf('defaults'), becomes(setOf('everything'))),
  );
} finally {
  await kubelet.stop().catch((error: unknown) => problems.push(`the test's kubelet: ${reason(error)}`));
  problems.push(...(await plane.stop()));
}

problems.push(...outcomes.flatMap(({ trial, problems: own }) => own.map((problem) => `${trial}: ${problem}`)));
if (outcomes.length === 0) problems.push(`nothing was tried: no trial has ${only ?? ''} in its name`);
console.table(outcomes.map(({ problems: own, ...row }) => ({ ...row, problems: own.length })));
for (const problem of problems) console.log(`- ${problem}`);
const sum = (of: 'objects' | 'pods' | 'refused' | 'left'): number => outcomes.reduce((all, one) => all + one[of], 0);
console.log(
  JSON.stringify({
    ...built.versions,
    trials: outcomes.length,
    admitted: { objects: sum('objects'), pods: sum('pods') },
    refused: sum('refused'),
    left: sum('left'),
    problems: problems.length,
  }),
);
if (problems.length > 0) process.exitCode = 1;

async function attempt(name: string, run: (trial: Trial) => Promise<void>): Promise<void> {
  if (only !== undefined && !only.split(',').some((words) => name.includes(words))) return;
  say(name);
  try {
    const trial = await Trial.open(cluster, name);
    await run(trial).catch((error: unknown) => trial.problems.push(reason(error)));
    outcomes.push(trial.outcome());
  } catch (error) {
    problems.push(`${name}: ${reason(error)}`);
  }
}

/** What `everything` names as its priority; a cluster's operator has such ones. */
async function addPriorityClass(): Promise<void> {
  const { priorityClassName: name } = setOf('everything');
  const one = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1000 };
  await plane.api.do('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', one);
}
