import type * as z from 'zod';
import type { ReportName, reports } from '../client/reports/index.ts';
import type { Terminal } from './terminal.ts';

/** A value with the fields of a schema. It may have more. */
type Known<T> = T extends readonly (infer Item)[]
  ? readonly Known<Item>[]
  : T extends object
    ? { [Name in keyof T as string extends Name ? never : Name]: Known<T[Name]> }
    : T;

/** Prints the JSON document of a command in its published format. */
export function printJson<Name extends ReportName>(
  terminal: Pick<Terminal, 'print'>,
  _name: Name,
  document: Known<z.input<(typeof reports)[Name]>>,
): void {
  terminal.print(JSON.stringify(document, null, 2));
}
