/** The output of a command and its capabilities. */
export interface Terminal {
  /** Writes one or more lines to standard output. Adds the line end. */
  print(text: string): void;
  /** Writes to standard error: errors and, with `--json`, everything for human readers. */
  complain(text: string): void;
  /** Rewrites the last line in place if possible. Otherwise does nothing. */
  status(text: string): void;
  /** Asks the user and returns whether they typed `yes`. Absent without an interactive user. */
  ask?(question: string): Promise<boolean>;
  color: boolean;
  /** The width of a line in characters. Unlimited if the output isn't a terminal. */
  columns: number;
}

/** Returns the terminal of a process: with color on a TTY only, and not if `NO_COLOR` is set (https://no-color.org). */
export function processTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): Terminal {
  // The reader may stop reading, as `head` does.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const live = stdout.isTTY === true && environment.TERM !== 'dumb';
  const clear = () => live && stdout.write('\r\u001b[2K');
  return {
    print: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    complain: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    status: (text) => {
      if (live) stdout.write(`\r\u001b[2K${text.slice(0, columnsOf(stdout) - 1)}`);
    },
    ...(live && process.stdin.isTTY ? { ask: askPerson } : {}),
    color: live && !environment.NO_COLOR,
    columns: live ? columnsOf(stdout) : Number.POSITIVE_INFINITY,
  };
}

async function askPerson(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(question);
  reader.close();
  return answer.trim().toLowerCase() === 'yes';
}

function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : 80;
}

/**
 * Returns the same terminal with all text for human readers on standard error, so that standard output is one JSON
 * document.
 */
export function quietTerminal(terminal: Terminal): Terminal {
  return { ...terminal, print: () => undefined, status: () => undefined };
}
