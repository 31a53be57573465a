import { Command } from 'commander';
import { terminalOf } from '../output/terminal.ts';

/** Hidden: for docs/cli.md, by `npm run docs:cli`. */
export function referenceCommand(): Command {
  return new Command('reference')
    .description('the help of every command, as Markdown')
    .action((_: unknown, command: Command) => {
      const program = command.parent ?? command;
      const { out } = terminalOf(command);
      out(reference(program));
    });
}

/** The help of every command that does something, each under a heading of its name. */
function reference(program: Command): string {
  const sections = leavesOf(program).map(([path, command]) => `### ${path}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`);
  return sections.join('\n');
}

/** Commands that do something, by what is typed after `bridge`. */
export function leavesOf(command: Command, path = ''): readonly (readonly [string, Command])[] {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
  if (below.length === 0) return [[path, command]];
  return below.flatMap((one) => leavesOf(one, `${path} ${one.name()}`.trim()));
}

/** What `--help` writes, with what was added to it. */
function helpOf(command: Command): string {
  const parts: string[] = [];
  const before = command.configureOutput();
  command.configureOutput({ writeOut: (text) => parts.push(text), getOutHasColors: () => false });
  command.outputHelp();
  command.configureOutput(before);
  return parts.join('').trim();
}
