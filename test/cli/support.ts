import type { Command } from '../../lib/cli/command.ts';
import { commands } from '../../lib/cli/commands.ts';
import { main } from '../../lib/cli/main.ts';
import type { Terminal } from '../../lib/cli/terminal.ts';
import { reports } from '../../lib/client/reports/index.ts';

export interface Said {
  status: number;
  stdout: string;
  stderr: string;
}

/** Returns a terminal that records its output. */
export function memoryTerminal(color = false) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const terminal: Terminal = {
    print: (text) => void stdout.push(text),
    complain: (text) => void stderr.push(text),
    status: () => undefined,
    color,
    columns: Number.POSITIVE_INFINITY,
  };
  return { terminal, stdout, stderr };
}

/** Runs a command line in this process. Its JSON output must match the published schema. */
export async function baton(line: string[], environment: NodeJS.ProcessEnv = {}): Promise<Said> {
  const { terminal, stdout, stderr } = memoryTerminal();
  const status = await main(line, terminal, environment);
  const said = { status, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
  if (said.stdout !== '') checkForm(line, said.stdout);
  return said;
}

/** @throws with the problems for every schema of the command, if the output matches none */
function checkForm(line: string[], stdout: string): void {
  const command = commandOf(line);
  if (command === undefined || line.includes('--help') || !asksForJson(line)) return;
  const parsed = (command.reports ?? []).map((name) => reports[name].safeParse(JSON.parse(stdout)));
  if (parsed.some(({ success }) => success)) return;
  const problems = parsed.map(({ error }) => error?.message).join('\n');
  throw new Error(`\`baton ${command.name}\` printed JSON in no form that it has: ${problems}`);
}

function commandOf(line: string[]): Command | undefined {
  const words = line.join(' ');
  return commands.find(({ name }) => words === name || words.startsWith(`${name} `));
}

function asksForJson(line: string[]): boolean {
  return line.includes('--json') || line[line.indexOf('--format') + 1] === 'json';
}
