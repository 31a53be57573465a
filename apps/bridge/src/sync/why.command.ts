import { Command } from 'commander';
import { now } from '#platform/program';
import type { SyncView } from '../../../poller/src/sync.dto.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { withConnection } from '../services/connection.ts';
import { serviceOf, withServices } from '../services/options.ts';
import { route } from '../services/service.ts';
import { tenantOfConnection, withTenantOfConnection } from '../services/tenant.ts';
import { reportSync } from './report.ts';

export function whyCommand(): Command {
  return withServices(withTenantOfConnection(withJson(withConnection(new Command('why')))), 'poller')
    .description('whether a connection is polled as planned, and why where it is not; --json has why for each resource')
    .addHelpText(
      'after',
      examples(
        ['why 6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c', 'of one athlete'],
        ['why 6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c --tenant acme --json', 'for a script, which knows the tenant'],
      ),
    )
    .action(async (connection: string, _: unknown, command: Command) => {
      const tenant = await tenantOfConnection(command, connection);
      const path = route`/v1/tenants/${tenant}/connections/${connection}/sync`;
      const view = await serviceOf(command, 'poller').get<SyncView>(path);
      print(command, view, (terminal) => reportSync(tenant, view, now(), terminal));
    });
}
