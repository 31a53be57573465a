import { type Command, InvalidArgumentError } from 'commander';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Gives a command its first argument: a connection. */
export const withConnection = (command: Command): Command =>
  command.argument('<connection>', 'its id, as `bridge connections list` shows it', connectionId);

export function connectionId(text: string): string {
  if (uuid.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Allowed: the id of a connection, a UUID.');
}
