import { parseArgs } from 'node:util';
import { loadTenants } from '#config';
import { isBridgeError } from '#core';
import { resources } from '#resources';
import { tenantTable } from './table.ts';

export interface Printer {
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
}

const usage = `usage: npm run tenants -- check FILE [--without-secrets]
  Tells everything that is wrong with a tenant file, or which tenants are in it.
  --without-secrets  does not look for the client secrets: for a repository that holds the file without them
`;

/**
 * Checks a tenant file as the services do when they start.
 * @returns 0 when it is usable, 1 when it is not, 2 when something else was typed
 */
export function check(args: readonly string[], { out, complain }: Printer): 0 | 1 | 2 {
  const wanted = wantedOf(args);
  if (typeof wanted === 'string') {
    complain(`${wanted}\n${usage}`);
    return 2;
  }
  if (wanted === undefined) {
    out(usage);
    return 0;
  }
  const { file, withSecrets } = wanted;
  try {
    const knownResources = resources.map(({ name }) => name);
    const tenants = loadTenants(file, { knownResources, withSecrets, namedBy: 'FILE' });
    out(tenantTable(tenants, resources.length));
    out(withSecrets ? 'All client secrets were found.\n' : 'The client secrets were not looked for.\n');
    return 0;
  } catch (error) {
    if (!isBridgeError(error, 'CONFIG_INVALID')) throw error;
    complain(`${error.message}\n`);
    if (Number(error.fields['secrets']) > 0)
      complain('With --without-secrets the file is checked where its secrets are not.\n');
    return 1;
  }
}

interface Wanted {
  readonly file: string;
  readonly withSecrets: boolean;
}

/** @returns what is wrong, as a text; undefined for --help */
function wantedOf(args: readonly string[]): Wanted | string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'without-secrets': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    const [command, file, ...more] = positionals;
    if (values.help) return undefined;
    if (command !== 'check')
      return command === undefined
        ? 'There is a command missing: check'
        : `There is no command "${command}", only check`;
    if (file === undefined) return 'The path of the tenant file is missing';
    if (more.length > 0) return `One file at a time; "${more.join(' ')}" is too much`;
    return { file, withSecrets: !values['without-secrets'] };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
