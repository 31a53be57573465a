import type { Manifest, Values } from '../deploy/chart/helm.ts';
import { judgeObjects, judgePods } from './admission.ts';
import { changed, rolled, rolloutOf } from './rollout.ts';
import type { Cluster, Trial } from './trial.ts';

const isHook = ({ metadata }: Manifest): boolean => metadata.annotations?.['helm.sh/hook'] !== undefined;
const isMigrated = ({ migrate }: Values): boolean => (migrate as { enabled?: boolean } | undefined)?.enabled !== false;
const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

type Act = (cluster: Cluster, trial: Trial, values: Values) => Promise<void>;

/** The chart comes, is tested and goes. @param more what is done while it is there */
export async function comesAndGoes(cluster: Cluster, trial: Trial, values: Values, more?: Act): Promise<void> {
  const { api, helm, kubelet } = cluster;
  const { namespace } = trial;
  const manifests = await helm.render(namespace, values);
  trial.judge(await judgeObjects(api, namespace, manifests));
  await helm.install(namespace, values);
  await trial.expectObjects(manifests.filter((one) => !isHook(one)));
  // After the install: a pod needs its ServiceAccount.
  for (const owner of manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job')) {
    trial.judge(await judgePods(api, namespace, owner));
  }
  for (const component of ['auth', 'poller', 'publisher', ...(isMigrated(values) ? ['migrate'] : [])]) {
    trial.expect(kubelet.of(namespace, component).length > 0, `no pod of ${component} was made`);
  }
  await helm.test(namespace);
  trial.expect(kubelet.of(namespace, 'test').length === 1, '`helm test` made no pod');
  await more?.(cluster, trial, values);
  await helm.uninstall(namespace);
  await trial.expectLeft();
}

/** An upgrade for each kind of change, one whose migration fails, and a rollback to the beginning. */
export async function isUpgraded({ api, helm, kubelet, say }: Cluster, trial: Trial, values: Values): Promise<void> {
  const { namespace } = trial;
  const migrations = (): number => kubelet.of(namespace, 'migrate').length;
  const tenants = async (): Promise<string> => {
    const maps = await api.list(`/api/v1/namespaces/${namespace}/configmaps`);
    return JSON.stringify(maps.map(({ data }) => data));
  };
  const first = await rolloutOf(api, namespace);
  const firstTenants = await tenants();

  say('  upgrade: another tenant');
  const list = (values['tenants'] as { list: readonly object[] }).list;
  const added = [...list, { ...list[0], id: 'added', topics: { prefix: 'polar.added' } }];
  await helm.upgrade(namespace, { ...values, tenants: { ...(values['tenants'] as object), list: added } });
  const withTenant = await rolloutOf(api, namespace);
  trial.expect((await tenants()).includes('polar.added'), 'the tenant did not come into the ConfigMap');
  trial.expect(rolled(first, withTenant).length === 0, `a tenant restarts ${rolled(first, withTenant).join(', ')}`);
  trial.expect(migrations() === 2, `${migrations()} migrations after an install and an upgrade`);

  say('  upgrade: another setting');
  await helm.upgrade(namespace, { ...values, logLevel: 'warn' });
  const withSetting = await rolloutOf(api, namespace);
  const missed = [...first.keys()].filter((one) => !rolled(withTenant, withSetting).includes(one));
  trial.expect(missed.length === 0, `a setting does not restart ${missed.join(', ')}`);

  say('  upgrade: the migration fails');
  const failing = { ...values, logLevel: 'error', migrate: { ...(values['migrate'] as object), backoffLimit: 0 } };
  kubelet.failsMigrations = true;
  await trial.expectRefusal('an upgrade whose migration fails', /pre-upgrade hooks failed/, () =>
    helm.upgrade(namespace, failing),
  );
  kubelet.failsMigrations = false;
  const touched = rolled(withSetting, await rolloutOf(api, namespace));
  trial.expect(touched.length === 0, `a failed migration restarts ${touched.join(', ')}`);
  await helm.upgrade(namespace, failing);

  say('  rollback to the beginning');
  const before = migrations();
  await helm.rollback(namespace, 1);
  const last = await rolloutOf(api, namespace);
  trial.expect(changed(first, last).length === 0, `not rolled back: ${changed(first, last).join(', ')}`);
  trial.expect((await tenants()) === firstTenants, 'the tenants were not rolled back');
  trial.expect(migrations() === before, 'a rollback migrates');
}

/** An upgrade to other values, which have other objects, and a rollback. */
export function becomes(other: Values): Act {
  return async ({ helm, say }, trial, values) => {
    const { namespace } = trial;
    const own = (await helm.render(namespace, values)).filter((one) => !isHook(one));
    const others = (await helm.render(namespace, other)).filter((one) => !isHook(one));
    const without = (some: readonly Manifest[], of: readonly Manifest[]): readonly Manifest[] =>
      some.filter((one) => !of.some((two) => nameOf(one) === nameOf(two)));
    say('  upgrade to the other values');
    await helm.upgrade(namespace, other);
    await trial.expectObjects(others);
    await trial.expectNone(without(own, others));
    say('  rollback');
    await helm.rollback(namespace, 1);
    await trial.expectObjects(own);
    await trial.expectNone(without(others, own));
  };
}

/** The chart has kinds that the cluster does not know. */
export async function isRefused({ helm }: Cluster, trial: Trial, values: Values): Promise<void> {
  const words = /no matches for kind "\w+" in version "[\w./]+"/;
  await trial.expectRefusal('an install without CRDs', words, () => helm.install(trial.namespace, values));
  await trial.expectLeft();
}

/** The first migration fails: no service is made, and its Job stays behind until somebody deletes it. */
export async function failsToMigrate({ api, helm, kubelet }: Cluster, trial: Trial, values: Values): Promise<void> {
  const { namespace } = trial;
  const failing = { ...values, migrate: { ...(values['migrate'] as object), backoffLimit: 0 } };
  kubelet.failsMigrations = true;
  await trial.expectRefusal('an install whose migration fails', /failed pre-install/, () =>
    helm.install(namespace, failing),
  );
  kubelet.failsMigrations = false;
  const deployments = await api.list(`/apis/apps/v1/namespaces/${namespace}/deployments`);
  trial.expect(deployments.length === 0, 'services were made though the migration failed');
  await helm.uninstall(namespace);
  await trial.expectLeft(/^jobs\.batch .*-migrate$/, /^pods .*-migrate-\w+$/);
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  for (const { metadata } of await api.list(jobs)) {
    await api.do('DELETE', `${jobs}/${metadata.name}?propagationPolicy=Background`);
  }
  await trial.expectLeft();
}
