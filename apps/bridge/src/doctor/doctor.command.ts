import { Command, InvalidArgumentError, Option } from 'commander';
import { WrongError } from '../failures.ts';
import { examples } from '../output/examples.ts';
import { print, withJson } from '../output/print.ts';
import { report } from './report.ts';
import { type App, apps } from './settings.ts';

const patienceSeconds = 15;
const longestPatienceSeconds = 300;

export function doctorCommand(): Command {
  return withJson(new Command('doctor'))
    .description('check the settings and services that an installation depends on, and say what to do')
    .addOption(new Option('--for <app>', 'whose environment this is').choices(['all', ...apps]).default('all'))
    .option('--timeout <seconds>', 'how long a check may take', secondsOf, patienceSeconds)
    .addHelpText('after', '\nIt reads the environment of the services. A request or two of each tenant are paid for.')
    .addHelpText(
      'after',
      examples(
        ['doctor', 'where the environment of all three apps is'],
        ['doctor --for poller', "in a poller's pod"],
        ['doctor --json', 'for a script'],
      ),
    )
    .action(async (options: { readonly for: App | 'all'; readonly timeout: number }, command: Command) => {
      const chosen = options.for === 'all' ? apps : [options.for];
      // Loaded when it is needed: no other command waits for it.
      const { diagnose } = await import('./diagnose.ts');
      const findings = await diagnose({ apps: chosen, longestMs: options.timeout * 1000 });
      const isFine = findings.every(({ state }) => state !== 'broken');
      print(command, { isFine, findings }, (terminal) => report(findings, terminal));
      if (!isFine) throw new WrongError();
    });
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestPatienceSeconds) return seconds;
  throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${String(longestPatienceSeconds)}.`);
}
