import type { Command } from 'commander';
import type { TenantsView } from '../../../poller/src/tenants.dto.ts';
import { UsageError, WrongError } from '../failures.ts';
import { serviceOf } from './options.ts';
import { route } from './service.ts';

/** Gives a command the option that names a tenant; the poller tells which there are where it is left out. */
export const withTenant = (command: Command): Command =>
  command.option('--tenant <id>', 'the tenant; may be left out where there is one');

/** The same, for what a connection's id tells as well. */
export const withTenantOfConnection = (command: Command): Command =>
  command.option('--tenant <id>', "the connection's tenant; it is looked up where it is left out");

/** @throws UsageError when it is left out and there are several */
export async function tenantOf(command: Command): Promise<string> {
  const { tenant } = command.opts<{ tenant?: string }>();
  if (tenant !== undefined) return tenant;
  const tenants = await tenantsOf(command);
  const [only, ...others] = tenants;
  if (only === undefined) throw new WrongError('There is no tenant in the tenant file of the poller.');
  if (others.length > 0) throw new UsageError(`--tenant is missing; allowed: ${tenants.join(', ')}`);
  return only;
}

/** The tenant that a connection belongs to. @throws WrongError when no tenant has it */
export async function tenantOfConnection(command: Command, connection: string): Promise<string> {
  const { tenant } = command.opts<{ tenant?: string }>();
  if (tenant !== undefined) return tenant;
  const tenants = await tenantsOf(command);
  if (tenants.length === 1 && tenants[0] !== undefined) return tenants[0];
  const poller = serviceOf(command, 'poller');
  for (const one of tenants)
    if ((await poller.find(route`/v1/tenants/${one}/connections/${connection}/sync`)) !== undefined) return one;
  throw new WrongError(
    `No tenant has a connection ${connection}: looked for at ${tenants.join(', ')}.\n\`bridge connections list\` shows the connections that there are.`,
  );
}

async function tenantsOf(command: Command): Promise<readonly string[]> {
  const { tenants } = await serviceOf(command, 'poller').get<TenantsView>('/v1/tenants');
  return tenants.map(({ id }) => id);
}
