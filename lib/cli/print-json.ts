import type * as z from 'zod';
import type { ReportName, reports } from '../client/reports/index.ts';
import type { Terminal } from './terminal.ts';

/** A value with the fields that a schema knows; more may be there. */
type Known<T> = T extends readonly (infer Item)[]
  ? readonly Known<Item>[]
  : T extends object
    ? { [Name in keyof T as string extends Name ? never : Name]: Known<T[Name]> }
    : T;

/** Prints the one JSON document of a command, in the form that is published for it. */
export function printJson<Name extends ReportName>(
  terminal: Pick<Terminal, 'print'>,
  _name: Name,
  document: Known<z.input<(typeof reports)[Name]>>,
): void {
  terminal.print(JSON.stringify(document, null, 2));
}
