import createCompletion from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

const EXAMPLES = `
Examples:
  $ source <(ptychokit completion bash)                # this shell; put it into ~/.bashrc to keep it
  $ ptychokit completion zsh > "\${fpath[1]}/_ptychokit"
  $ ptychokit completion fish > ~/.config/fish/completions/ptychokit.fish`;

/**
 * Declares `ptychokit completion`, which prints a shell's completion script, and the hidden command that the script asks. It looks at
 * all other commands, so that it is declared last.
 */
export function addCompletionCommand(program: Command): Command {
  createCompletion(program, { completionCommandName: 'completion' });
  const command = program.commands.find((candidate) => candidate.name() === 'completion') as Command;
  return command
    .summary('print the completion script of a shell')
    .description('Prints a script by which a shell completes commands, flags and their values.')
    .addHelpText('after', EXAMPLES);
}
