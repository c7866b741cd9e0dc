import { main } from '../../lib/cli/main.ts';
import type { Terminal } from '../../lib/cli/terminal.ts';

export interface Said {
  status: number;
  stdout: string;
  stderr: string;
}

/** A terminal that remembers what it was given. */
export function memoryTerminal(colour = false) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const terminal: Terminal = {
    print: (text) => void stdout.push(text),
    complain: (text) => void stderr.push(text),
    status: () => undefined,
    colour,
    columns: Number.POSITIVE_INFINITY,
  };
  return { terminal, stdout, stderr };
}

/** Runs a command line in this process. */
export async function baton(line: string[], environment: NodeJS.ProcessEnv = {}): Promise<Said> {
  const { terminal, stdout, stderr } = memoryTerminal();
  const status = await main(line, terminal, environment);
  return { status, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
}
