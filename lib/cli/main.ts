import { DoorRefused } from '../client/errors.ts';
import { notSubmitted } from '../client/requests/request-report.ts';
import { describeProblem, InvalidInput } from '../model/errors.ts';
import { type ExitStatus, exitStatus, type Family } from './command.ts';
import { families as ownFamilies } from './commands.ts';
import { explain, overview } from './help.ts';
import { type Parsed, parseCommandLine } from './parse.ts';
import { printJson } from './print-json.ts';
import { onScreen } from './style.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Runs one command line. Prints errors to standard error and returns the exit status. */
export async function main(
  argv: string[],
  given: Terminal,
  environment: NodeJS.ProcessEnv,
  families: readonly Family[] = ownFamilies,
): Promise<ExitStatus> {
  // All output passes through here, so no text in a request can control the terminal.
  const terminal: Terminal = {
    ...given,
    print: (text) => given.print(onScreen(text)),
    complain: (text) => given.complain(onScreen(text)),
    status: (text) => given.status(onScreen(text)),
  };
  let parsed: Parsed | undefined;
  try {
    if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h') {
      terminal.print(overview(families));
      return exitStatus.completed;
    }
    parsed = parseCommandLine(
      argv[0] === '--version' ? ['version'] : argv,
      families.flatMap(({ commands }) => commands),
    );
    const { command, operands, options, help } = parsed;
    if (help) {
      terminal.print(explain(command));
      return exitStatus.completed;
    }
    const { run } = await command.load();
    return await run({ operands, options, terminal, environment, families });
  } catch (error) {
    return complain(error, terminal, environment, parsed);
  }
}

function complain(
  error: unknown,
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
  parsed: Parsed | undefined,
): ExitStatus {
  if (error instanceof UsageError || error instanceof DoorRefused) {
    const problems = error instanceof UsageError ? error.problems : [error.message];
    for (const problem of problems) terminal.complain(`baton: ${problem}`);
    if (error instanceof UsageError && error.command)
      terminal.complain(`\`baton help ${error.command}\` explains it.`);
    reportRejection(
      problems.map((message) => ({ path: '', message })),
      terminal,
      parsed,
    );
    return exitStatus.rejected;
  }
  if (error instanceof InvalidInput) {
    for (const problem of error.problems) terminal.complain(describeProblem(problem));
    reportRejection(error.problems, terminal, parsed);
    return exitStatus.rejected;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  terminal.complain(`baton: ${error instanceof Error ? error.message : String(error)}`);
  if (environment.BATON_DEBUG && stack) terminal.complain(stack);
  return exitStatus.failed;
}

/** With `--json`, requests that were never submitted are reported as rejected: nothing was applied. */
function reportRejection(
  problems: { path: string; message: string }[],
  terminal: Terminal,
  parsed?: Parsed,
): void {
  if (parsed?.options.json !== true || !parsed.command.reports?.includes('request-report')) return;
  if (parsed.command.operand?.name !== 'FILE') return;
  const errors = problems.map(({ path, message }) => ({ path, message }));
  const requests = parsed.operands.map((file) => ({ ...notSubmitted(file), errors }));
  printJson(terminal, 'request-report', { requests });
}
