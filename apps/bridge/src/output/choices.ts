import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import { nearest } from '#config';

/** Has a value that is none of the choices answered with the one that was probably meant, which commander does for names only. */
export function suggestChoices({ options, registeredArguments }: Command): void {
  for (const one of [...options, ...registeredArguments]) {
    const { argChoices, parseArg } = one;
    if (argChoices === undefined || parseArg === undefined) continue;
    takeParser(one, (text, previous) => parseArg.call(one, chosen(argChoices, text), previous));
  }
}

/** @throws InvalidArgumentError that says what was probably meant, and all that is allowed */
export function chosen(choices: readonly string[], text: string): string {
  if (choices.includes(text)) return text;
  const meant = nearest(text, choices);
  const hint = meant === undefined ? '' : `Did you mean ${meant}?\n`;
  throw new InvalidArgumentError(`${hint}Allowed: ${choices.join(', ')}.`);
}

const takeParser = (one: Option | Argument, parse: (text: string, previous: unknown) => unknown): unknown =>
  'flags' in one ? one.argParser(parse) : one.argParser(parse);
