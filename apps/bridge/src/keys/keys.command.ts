import { Command } from 'commander';
import { KeysEnv, loadEnv } from '#config';
import { times } from '#core';
import { type KeyDesk, type KeyState, withKeys } from '../../../auth/src/keys/keys.operator.ts';
import { settings, WrongError } from '../failures.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { progressOf } from '../output/progress.ts';
import { actorFrom, withActor } from '../services/options.ts';
import { reportKeys } from './report.ts';

const reads = '\nReads DATABASE_URL and ENCRYPTION_KEYS (or their _FILE), as auth does.';

export function keysCommand(): Command {
  return new Command('keys')
    .description('the encryption keys that seal the tokens')
    .addCommand(statusCommand())
    .addCommand(rewrapCommand());
}

function statusCommand(): Command {
  return withJson(new Command('status'))
    .description('which keys have sealed how many tokens, and which may be removed')
    .addHelpText('after', `${reads}\n${examples(['keys status', 'before a key is taken out'])}`)
    .action(async (_: unknown, command: Command) => {
      const keys = await atDesk((desk) => desk.status());
      print(command, { keys }, (terminal) => reportKeys(keys, terminal));
      refuseMissing(keys);
    });
}

function rewrapCommand(): Command {
  return withActor(withJson(new Command('rewrap')))
    .description('seal all tokens with the first key of ENCRYPTION_KEYS; may be stopped and run again')
    .addHelpText('after', `${reads}\n${examples(['keys rewrap', 'when a new key is the first one everywhere'])}`)
    .action(async (_: unknown, command: Command) => {
      const progress = progressOf(command, 'rows');
      const { sealed, keys } = await atDesk(async (desk) => {
        const count = await desk.rewrap({ actor: actorFrom(command) ?? 'keys', progress: progress.tell });
        progress.end();
        return { sealed: count, keys: await desk.status() };
      });
      const current = keys.find(({ state }) => state === 'current')?.id ?? '';
      print(
        command,
        { sealed, keys },
        (terminal) => `${times(sealed, 'row')} sealed anew with the key "${current}".\n\n${reportKeys(keys, terminal)}`,
      );
    });
}

function atDesk<T>(task: (desk: KeyDesk) => Promise<T>): Promise<T> {
  return withKeys(
    settings(() => loadEnv(KeysEnv)),
    task,
  );
}

function refuseMissing(keys: readonly KeyState[]): void {
  if (keys.some(({ state }) => state === 'missing')) throw new WrongError();
}
