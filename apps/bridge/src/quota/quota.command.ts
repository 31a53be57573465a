import { Command } from 'commander';
import type { QuotaView } from '../../../poller/src/quota.dto.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { serviceOf, withServices } from '../services/options.ts';
import { route } from '../services/service.ts';
import { tenantOf, withTenant } from '../services/tenant.ts';
import { reportQuota } from './report.ts';

export function quotaCommand(): Command {
  return withServices(withTenant(withJson(new Command('quota'))), 'poller')
    .description('what a tenant has used of each window of its quota, what for, and what is left')
    .addHelpText('after', examples(['quota --tenant acme', 'used and left'], ['quota', 'where there is one tenant']))
    .action(async (_: unknown, command: Command) => {
      const tenant = await tenantOf(command);
      const view = await serviceOf(command, 'poller').get<QuotaView>(route`/v1/tenants/${tenant}/quota`);
      print(command, view, (terminal) => reportQuota(view, terminal));
    });
}
