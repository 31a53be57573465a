import { type Command, InvalidArgumentError } from 'commander';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Gives a command its first argument: a connection. */
export const withConnection = (command: Command): Command =>
  command.argument('<connection>', 'its id, as `bridge connections list` shows it', connectionId);

export function connectionId(text: string): string {
  if (uuid.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError(
    `Allowed: the id of a connection, a UUID.\nIf it is an athlete's user reference, \`bridge connections list --user-reference ${typed(text)}\` shows the id.`,
  );
}

export function replayId(text: string): string {
  if (uuid.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Allowed: the id of a replay, a UUID, as `bridge replay list` shows it.');
}

/** As a shell takes it for one word. */
const typed = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
