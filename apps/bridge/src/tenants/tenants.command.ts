import { Command } from 'commander';
import { loadTenants } from '#config';
import { isBridgeError, type Tenant } from '#core';
import { resources } from '#resources';
import { WrongError } from '../failures.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { table } from '../output/table.ts';
import { tenantColumns, tenantRow } from './tenant-row.ts';

export function tenantsCommand(): Command {
  return new Command('tenants').description('look at a tenant file').addCommand(checkCommand());
}

function checkCommand(): Command {
  return withJson(new Command('check'))
    .description('tell everything that is wrong with a tenant file, or which tenants are in it')
    .argument('<file>', 'the path of the tenant file')
    .option(
      '--without-secrets',
      'do not look for the client secrets: for a repository that holds the file without them',
    )
    .addHelpText(
      'after',
      examples(
        ['tenants check tenants.yaml', 'as the services read it when they start'],
        ['tenants check tenants.yaml --without-secrets', 'in a pipeline that does not have the secrets'],
      ),
    )
    .action((file: string, { withoutSecrets = false }: { withoutSecrets?: boolean }, command: Command) => {
      const tenants = checked(file, !withoutSecrets);
      const views = tenants.map(({ id, polar, resources: wanted, quota, topics, paused }) => {
        return { id, clientId: polar.clientId, resources: wanted, quota, topicPrefix: topics.prefix, paused };
      });
      print(command, { tenants: views, secretsFound: withoutSecrets ? null : true }, (terminal) =>
        [
          table(
            tenantColumns,
            tenants.map((tenant) => tenantRow(tenant, resources.length)),
            terminal,
          ),
          withoutSecrets ? 'The client secrets were not looked for.\n' : 'All client secrets were found.\n',
        ].join(''),
      );
    });
}

function checked(file: string, withSecrets: boolean): readonly Tenant[] {
  const knownResources = resources.map(({ name }) => name);
  try {
    return loadTenants(file, { knownResources, withSecrets, namedBy: 'FILE' });
  } catch (error) {
    if (!isBridgeError(error, 'CONFIG_INVALID')) throw error;
    const hint =
      Number(error.fields['secrets']) > 0
        ? '\nWith --without-secrets the file is checked where its secrets are not.'
        : '';
    throw new WrongError(`${error.message}${hint}`, { cause: error });
  }
}
