import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { httpUrlAllowed, isHttpUrl, loadEnv, OperatorEnv } from '#config';
import { settings, UsageError } from '../failures.ts';
import { note } from '../output/examples.ts';
import { Service, type ServiceName } from './service.ts';

/** What an audit log can name. */
const actorPattern = /^[\x21-\x7e]{1,100}$/;

/** Gives a command the options by which it reaches services. */
export function withServices(command: Command, ...names: readonly ServiceName[]): Command {
  for (const name of names)
    command.option(
      `--${name}-url <url>`,
      `where ${name} is (or ${name.toUpperCase()}_URL; else ${new OperatorEnv()[envName(name)]})`,
      (text) => urlOf(`--${name}-url`, text),
    );
  return command.addHelpText(
    'after',
    note('The admin token is read from ADMIN_TOKEN, or from the file that ADMIN_TOKEN_FILE names.'),
  );
}

/** Gives a command that changes something the option that says on whose behalf. */
export const withActor = (command: Command): Command =>
  command.option('--actor <name>', 'who the audit log names; else the name of your user', actorOf);

/** @throws UsageError when the token or an address is not set as it has to be */
export function serviceOf(command: Command, name: ServiceName): Service {
  const env = settings(() => loadEnv(OperatorEnv));
  const options = command.opts<Readonly<Record<string, string | undefined>>>();
  return new Service(name, {
    url: options[`${name}Url`] ?? env[envName(name)],
    token: env.ADMIN_TOKEN,
    actor: actorFrom(command),
    typedAs: (path) => optionOf(command, path),
  });
}

/** The option that a value of a request came from: `perSecond` was typed as `--per-second`, `types[0]` as `--type`. */
function optionOf({ options }: Command, path: string): string | undefined {
  const name = path.replace(/[[.].*/, '');
  return options.find((option) => [name, name.replace(/s$/, '')].includes(option.attributeName()))?.long;
}

/** Who runs this; undefined where the system does not know. */
export function actorFrom(command: Command): string | undefined {
  const { actor } = command.opts<{ actor?: string }>();
  return actor ?? userName();
}

function actorOf(text: string): string {
  if (actorPattern.test(text)) return text;
  throw new InvalidArgumentError('Allowed: 1 to 100 visible ASCII characters without a space.');
}

const envName = (name: ServiceName) => `${name.toUpperCase() as Uppercase<ServiceName>}_URL` as const;

/** Not commander's error, which repeats what was typed, and so a password. */
function urlOf(option: string, text: string): string {
  if (isHttpUrl(text)) return text;
  throw new UsageError(`${option} is not allowed. Allowed: ${httpUrlAllowed}.`);
}

function userName(): string | undefined {
  try {
    const { username } = userInfo();
    return actorPattern.test(username) ? username : undefined;
  } catch {
    // A container's user may have a number and no name.
    return undefined;
  }
}
