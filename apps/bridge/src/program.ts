import { Command, type Help, type OutputConfiguration } from 'commander';
import { backfillCommand } from './backfill/backfill.command.ts';
import { addCompletion } from './completion/completion.ts';
import { connectionsCommand } from './connections/connections.command.ts';
import { doctorCommand } from './doctor/doctor.command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { failureOf } from './failures.ts';
import { keysCommand } from './keys/keys.command.ts';
import { lanesCommand } from './lanes/lanes.command.ts';
import { suggestChoices } from './output/choices.ts';
import { note } from './output/examples.ts';
import { wrapped } from './output/prose.ts';
import { proseWidth, terminalOf } from './output/terminal.ts';
import { parkedCommand } from './parked/parked.command.ts';
import { quotaCommand } from './quota/quota.command.ts';
import { recoverCommand } from './recover/recover.command.ts';
import { replayCommand } from './replay/replay.command.ts';
import { pollCommand } from './sync/poll.command.ts';
import { whyCommand } from './sync/why.command.ts';
import { tenantsCommand } from './tenants/tenants.command.ts';
import { topicsCommand } from './topics/topics.command.ts';
import { version } from './version.ts';

const statuses = note(`Status: 0 fine, 1 something is wrong or a service refused, 2 wrong usage, 3 not reachable.
Every command has --help with examples.`);

/**
 * The operator's command line.
 * @param output other streams than the process', for tests
 */
export function createProgram(output: OutputConfiguration = {}): Command {
  const program = new Command('bridge')
    .description('What operators do with accesslink-bridge')
    .version(version(), '--version', 'tell which version this is')
    .configureOutput({
      ...output,
      outputError(text, write) {
        // commander goes on in the line that names the value, which is long already.
        const lines = text.replaceAll(/\. (?=Allowed:|Did you mean )/g, '.\n');
        write(wrapped(lines, proseWidth(program.configureOutput().getErrHelpWidth?.())));
      },
    })
    .configureHelp({
      prepareContext(this: Help, { helpWidth }) {
        this.helpWidth = proseWidth(helpWidth);
      },
    })
    .exitOverride()
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', statuses);
  for (const command of commands()) program.addCommand(command);
  addCompletion(program);
  inherit(program);
  return program;
}

/** In the order in which an operator meets them. */
const commands = (): readonly Command[] => [
  tenantsCommand(),
  connectionsCommand(),
  whyCommand(),
  pollCommand(),
  backfillCommand(),
  quotaCommand(),
  lanesCommand(),
  parkedCommand(),
  replayCommand(),
  keysCommand(),
  topicsCommand(),
  doctorCommand(),
  recoverCommand(),
];

/** Runs what was typed. @returns the status to end with; why it is not 0 was told on standard error */
export async function run(program: Command, args: readonly string[]): Promise<ExitCode> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.fine;
  } catch (error) {
    const { exitCode, text } = failureOf(error);
    if (text !== '') terminalOf(program).complain(text);
    return exitCode;
  }
}

/** commander passes settings on only to commands that it made itself. */
function inherit(parent: Command): void {
  suggestChoices(parent);
  for (const command of parent.commands) inherit(command.copyInheritedSettings(parent));
}
