import { until } from '../../deploy/local/stack/until.ts';
import type { Manifest } from '../deploy/chart/helm.ts';
import { definitionFolders, definitionOf, isCustom } from '../deploy/chart/schemas.ts';
import type { Api } from './api.ts';

const LONGEST_SECONDS = 60;

/**
 * Gives the cluster the definitions of all custom kinds among the objects, as their projects give them out, and waits until
 * it serves them.
 * @returns the definitions' names @throws without Go, which fetches them
 */
export async function addDefinitions(api: Api, manifests: readonly Manifest[]): Promise<readonly string[]> {
  const folders = await definitionFolders();
  if (folders === undefined) throw new Error('no Go on the PATH: it fetches the definitions of custom resources');
  const kinds = new Map(
    manifests.filter(isCustom).map((manifest) => [`${manifest.apiVersion} ${manifest.kind}`, manifest]),
  );
  const definitions = await Promise.all([...kinds.values()].map((manifest) => definitionOf(manifest, folders)));
  for (const definition of definitions) {
    await api.do('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  }
  for (const [name, { apiVersion, kind }] of kinds) {
    const [group, version] = apiVersion.split('/');
    // A controller makes one for each version of a group; it is not there as soon as the kind is served.
    const service = `/apis/apiregistration.k8s.io/v1/apiservices/${version ?? ''}.${group ?? ''}`;
    await until(`${name} to be served`, LONGEST_SECONDS, async () => {
      await api.get(service);
      return (await api.pathOf(apiVersion, kind)) !== undefined;
    });
  }
  // Other versions of these kinds are opened after the one that is asked for, and refuse lists until then.
  await until('all kinds to be listed', LONGEST_SECONDS, async () => (await api.inventory()).size > 0);
  return definitions.map(({ metadata }) => metadata.name);
}
