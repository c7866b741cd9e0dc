import type { ReportName } from '../client/reports/index.ts';
import type { OptionTable, OptionValues } from './option.ts';
import type { Terminal } from './terminal.ts';

/** Completed; failed or rolled back; rejected, invalid or misused; waiting for a decision. */
export const exitStatus = { completed: 0, failed: 1, rejected: 2, waiting: 3 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** The input of a command. `Values` are the options it reads. */
export interface Invocation<Values extends object = object> {
  operands: string[];
  options: Values;
  terminal: Terminal;
  environment: NodeJS.ProcessEnv;
  /** All families of commands. */
  families: readonly Family[];
}

/** A command declares the options it reads and their types. Its row must declare at least these. */
export type Run<Values extends object = object> = (invocation: Invocation<Values>) => Promise<ExitStatus>;

export interface Operand {
  name: string;
  /** The number of operands: exactly one, one or more, any number, one or none. */
  count: 'one' | 'many' | 'any number' | 'optional';
}

/** One command: its help and how it is loaded. No heavy module is imported before it runs. */
export interface Command<Options extends OptionTable = OptionTable> {
  /** The words after `baton`: `inventory list`. */
  name: string;
  summary: string;
  /** Paragraphs in the command's help. */
  description?: string;
  operand?: Operand;
  options: Options;
  /** The documents it prints as JSON, if it has an option for that. */
  reports?: readonly ReportName[];
  examples: string[];
  load: () => Promise<{ run: Run<OptionValues<Options>> }>;
}

/** Related commands. The help lists them under one heading. */
export interface Family {
  heading: string;
  commands: readonly Command[];
}

/** Returns a row of a family. Its options are type-checked against those that the command's `run` reads. */
export function command<const Options extends OptionTable>(row: Command<Options>): Command {
  return row as unknown as Command;
}
