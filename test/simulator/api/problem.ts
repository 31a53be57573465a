import { json, text, tomcatPage, type Answer } from '../answer.ts';
import type { Switches } from '../switches.ts';

/** An error, in one of the forms that were observed live. */
export function problem(
  status: number,
  message: string,
  { error_body: style }: Pick<Switches, 'error_body'>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const answer =
    style === 'html'
      ? tomcatPage(status)
      : style === 'text'
        ? text(status, message)
        : json(status, { [style]: message });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
