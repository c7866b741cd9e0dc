import type { OptionTable, OptionValues } from './option.ts';
import type { Terminal } from './terminal.ts';

/** Completed; failed or rolled back; rejected, invalid or misused; waiting for somebody to decide. */
export const exitStatus = { completed: 0, failed: 1, rejected: 2, waiting: 3 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** What a command is run with. */
export interface Invocation<Options extends OptionTable = OptionTable> {
  operands: string[];
  options: OptionValues<Options>;
  terminal: Terminal;
  environment: NodeJS.ProcessEnv;
  /** Every command there is. */
  commands: readonly Command[];
}

export type Run<Options extends OptionTable> = (invocation: Invocation<Options>) => Promise<ExitStatus>;

export interface Operand {
  name: string;
  /** How many: exactly one, one or more, any number. */
  count: 'one' | 'many' | 'any';
}

/** One command: what its help says and how it is loaded. Nothing heavy is imported before it runs. */
export interface Command<Options extends OptionTable = OptionTable> {
  /** What is typed after `baton`: `inventory list`. */
  name: string;
  summary: string;
  /** Paragraphs for the command's own help. */
  description?: string;
  operand?: Operand;
  options: Options;
  examples: string[];
  load: () => Promise<{ run: Run<Options> }>;
}
