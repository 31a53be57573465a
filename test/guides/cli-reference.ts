import type { Command } from 'commander';
import { createProgram } from '../../apps/bridge/src/program.ts';

/** The help of every command that does something, as Markdown. */
export function cliReference(): string {
  return leavesOf(createProgram())
    .map(([path, command]) => `### ${path}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`)
    .join('\n');
}

function leavesOf(command: Command, path = ''): readonly (readonly [path: string, Command])[] {
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
  command.configureOutput({
    writeOut: (text) => parts.push(text),
    getOutHasColors: () => false,
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  return parts.join('').trim();
}
