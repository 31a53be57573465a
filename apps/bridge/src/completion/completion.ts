import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { examples } from '../output/examples.ts';

const name = 'completion';

/** Adds `completion`, which prints a script for a shell, and the hidden command that the script asks. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: name });
  program.commands
    .find((command) => command.name() === name)
    ?.description('print a script by which a shell completes what is typed')
    .addHelpText(
      'after',
      examples(
        ['completion bash >> ~/.bashrc', 'for bash'],
        ['completion zsh >> ~/.zshrc', 'for zsh'],
        ['completion fish > ~/.config/fish/completions/bridge.fish', 'for fish'],
        ['completion powershell >> $PROFILE', 'for PowerShell'],
      ),
    );
}
