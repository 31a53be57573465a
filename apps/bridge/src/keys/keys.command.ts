import { Command } from 'commander';
import { KeysEnv, loadEnv } from '#config';
import { times } from '#core';
import type { KeyDesk, KeyState } from '../../../auth/src/keys/keys.operator.ts';
import { settings, WrongError } from '../failures.ts';
import { examples, note } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { withProgress } from '../output/progress.ts';
import { atPlaces } from '../places.ts';
import { actorFrom, withActor } from '../services/options.ts';
import { reportKeys } from './report.ts';

const reads = note('Reads DATABASE_URL and ENCRYPTION_KEYS (or their _FILE), as auth does.');

export function keysCommand(): Command {
  return new Command('keys')
    .description('the encryption keys that seal the tokens')
    .addCommand(statusCommand())
    .addCommand(rewrapCommand());
}

function statusCommand(): Command {
  return withJson(new Command('status'))
    .description('which keys have sealed how many tokens, and which may be removed')
    .addHelpText('after', reads)
    .addHelpText('after', examples(['keys status', 'before a key is taken out']))
    .action(async (_: unknown, command: Command) => {
      const keys = await atDesk((desk) => desk.status());
      print(command, { keys }, (terminal) => reportKeys(keys, terminal));
      refuseMissing(keys);
    });
}

function rewrapCommand(): Command {
  return withActor(withJson(new Command('rewrap')))
    .description('seal all tokens with the first key of ENCRYPTION_KEYS; may be stopped and run again')
    .addHelpText('after', reads)
    .addHelpText('after', examples(['keys rewrap', 'when a new key is the first one everywhere']))
    .action(async (_: unknown, command: Command) => {
      const actor = actorFrom(command) ?? 'keys';
      const { sealed, keys } = await atDesk(async (desk) => ({
        sealed: await withProgress(command, 'rows', ({ tell }) => desk.rewrap({ actor, progress: tell })),
        keys: await desk.status(),
      }));
      const current = keys.find(({ state }) => state === 'current')?.id ?? '';
      print(
        command,
        { sealed, keys },
        (terminal) => `${times(sealed, 'row')} sealed anew with the key "${current}".\n\n${reportKeys(keys, terminal)}`,
      );
    });
}

async function atDesk<T>(task: (desk: KeyDesk) => Promise<T>): Promise<T> {
  const env = settings(() => loadEnv(KeysEnv));
  // Loaded when it is needed: no other command waits for it.
  const { withKeys } = await import('../../../auth/src/keys/keys.operator.ts');
  return atPlaces(env, () => withKeys(env, task));
}

function refuseMissing(keys: readonly KeyState[]): void {
  if (keys.some(({ state }) => state === 'missing')) throw new WrongError();
}
