import { Command, Option } from 'commander';
import { now } from '#platform/program';
import type { ConnectionPageView, ConnectionView } from '../../../auth/src/connections.dto.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { serviceOf, withServices } from '../services/options.ts';
import { route } from '../services/service.ts';
import { tenantOf, withTenant } from '../services/tenant.ts';
import { reportConnections, statusesByUrgency } from './report.ts';

interface Wanted {
  readonly status?: readonly ConnectionView['status'][];
  readonly userReference?: string;
}

export function connectionsCommand(): Command {
  return new Command('connections').description('who is connected').addCommand(listCommand());
}

function listCommand(): Command {
  return withServices(withTenant(withJson(new Command('list'))), 'auth', 'poller')
    .description("all of a tenant's connections; those that need something first")
    .addOption(new Option('--status <status...>', 'only these').choices(statusesByUrgency))
    .option('--user-reference <reference>', 'only those of this athlete')
    .addHelpText(
      'after',
      examples(
        ['connections list --tenant acme', 'who is connected'],
        ['connections list --tenant acme --status needs_reauth degraded', 'who has a problem'],
        ['connections list --tenant acme --user-reference user-42', 'the connections of one athlete'],
      ),
    )
    .action(async ({ status, userReference }: Wanted, command: Command) => {
      const tenant = await tenantOf(command);
      const found = await serviceOf(command, 'auth').all<'connections', ConnectionView>(
        route`/v1/tenants/${tenant}/connections`,
        'connections',
        { status, userReference },
      );
      const view = found satisfies ConnectionPageView;
      print(command, view, (terminal) => reportConnections(view.connections, now(), terminal));
    });
}
