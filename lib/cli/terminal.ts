/** Where a command writes to, and what that place can show. */
export interface Terminal {
  /** Standard output, a line or several; the line end is added. */
  print(text: string): void;
  /** Standard error: complaints and, under `--json`, everything meant for people. */
  complain(text: string): void;
  /** Rewrites the last line in place where that can be done, else does nothing. */
  status(text: string): void;
  /** Asks somebody who sits there; whether they typed `yes`. Absent where nobody does. */
  ask?(question: string): Promise<boolean>;
  colour: boolean;
  /** Characters a line has room for; no limit where nobody looks. */
  columns: number;
}

/** The terminal of a process: colour on a TTY only, and not where `NO_COLOR` is set (https://no-color.org). */
export function processTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): Terminal {
  // Whoever reads the output may stop reading, as `head` does.
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
    colour: live && !environment.NO_COLOR,
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

/** The same terminal with everything for people on standard error: standard output is one JSON document. */
export function quietTerminal(terminal: Terminal): Terminal {
  return { ...terminal, print: () => undefined, status: () => undefined };
}
