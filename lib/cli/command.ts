import type { ReportName } from '../client/reports/index.ts';
import type { OptionTable, OptionValues } from './option.ts';
import type { Terminal } from './terminal.ts';

/** Completed; failed or rolled back; rejected, invalid or misused; waiting for somebody to decide. */
export const exitStatus = { completed: 0, failed: 1, rejected: 2, waiting: 3 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** What a command is run with; `Values` are the options it reads. */
export interface Invocation<Values extends object = object> {
  operands: string[];
  options: Values;
  terminal: Terminal;
  environment: NodeJS.ProcessEnv;
  /** Every command there is. */
  families: readonly Family[];
}

/** A command names the options it reads and their types; its row must declare at least these. */
export type Run<Values extends object = object> = (invocation: Invocation<Values>) => Promise<ExitStatus>;

export interface Operand {
  name: string;
  /** How many: exactly one, one or more, any number, one or none. */
  count: 'one' | 'many' | 'any number' | 'optional';
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
  /** The documents it prints as JSON, where it has an option for that. */
  reports?: readonly ReportName[];
  examples: string[];
  load: () => Promise<{ run: Run<OptionValues<Options>> }>;
}

/** Commands that belong together: the help lists them under one heading. */
export interface Family {
  heading: string;
  commands: readonly Command[];
}

/** A row of a family: its options are checked against those that the command's `run` reads. */
export function command<const Options extends OptionTable>(row: Command<Options>): Command {
  return row as unknown as Command;
}
