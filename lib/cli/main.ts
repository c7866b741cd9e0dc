import { describeProblem, InvalidInput } from '../model/errors.ts';
import { type ExitStatus, exitStatus } from './command.ts';
import { commands } from './commands.ts';
import { explain, overview } from './help.ts';
import { parseCommandLine } from './parse.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Runs one command line; complaints go to standard error, the answer is the exit status. */
export async function main(
  argv: string[],
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
): Promise<ExitStatus> {
  try {
    if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h') {
      terminal.print(overview(commands));
      return exitStatus.completed;
    }
    const { command, operands, options, help } = parseCommandLine(
      argv[0] === '--version' ? ['version'] : argv,
      commands,
    );
    if (help) {
      terminal.print(explain(command));
      return exitStatus.completed;
    }
    const { run } = await command.load();
    return await run({ operands, options, terminal, environment });
  } catch (error) {
    return complain(error, terminal, environment);
  }
}

function complain(error: unknown, terminal: Terminal, environment: NodeJS.ProcessEnv): ExitStatus {
  if (error instanceof UsageError) {
    for (const problem of error.problems) terminal.complain(`baton: ${problem}`);
    if (error.command) terminal.complain(`\`baton help ${error.command}\` explains it.`);
    return exitStatus.rejected;
  }
  if (error instanceof InvalidInput) {
    for (const problem of error.problems) terminal.complain(describeProblem(problem));
    return exitStatus.rejected;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  terminal.complain(`baton: ${error instanceof Error ? error.message : String(error)}`);
  if (environment.BATON_DEBUG && stack) terminal.complain(stack);
  return exitStatus.failed;
}
