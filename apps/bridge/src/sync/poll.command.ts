import { Command } from 'commander';
import { times } from '#core';
import type { PollView } from '../../../poller/src/sync.dto.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { withConnection } from '../services/connection.ts';
import { serviceOf, withActor, withServices } from '../services/options.ts';
import { resourceOption } from '../services/resource.ts';
import { route } from '../services/service.ts';
import { tenantOfConnection, withTenantOfConnection } from '../services/tenant.ts';

export function pollCommand(): Command {
  return withActor(withServices(withTenantOfConnection(withJson(withConnection(new Command('poll')))), 'poller'))
    .description('poll a connection now')
    .addOption(resourceOption('only these; else all of them'))
    .addHelpText(
      'after',
      examples(
        ['poll 6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c', 'all that the athlete has granted'],
        ['poll 6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c --resource sleeps activity', 'two resources'],
      ),
    )
    .action(async (connection: string, { resource }: { resource?: readonly string[] }, command: Command) => {
      const tenant = await tenantOfConnection(command, connection);
      const path = route`/v1/tenants/${tenant}/connections/${connection}/poll`;
      const view = await serviceOf(command, 'poller').post<PollView>(path, { query: { resource } });
      print(
        command,
        view,
        () =>
          `${times(view.due, 'target')} ${view.due === 1 ? 'is' : 'are'} due now. \`bridge why ${connection}\` tells what comes of it.\n`,
      );
    });
}
