import * as z from 'zod';
import { reports } from '../../client/reports/index.ts';
import { didYouMean } from '../../model/suggest.ts';
import { manifestJsonSchema } from '../../request/index.ts';
import { exitStatus, type Run } from '../command.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run = async ({ operands: [name], terminal }) => {
  terminal.print(JSON.stringify(name === undefined ? manifestJsonSchema() : reportSchema(name), null, 2));
  return exitStatus.completed;
};

/** @throws UsageError for a document that no command prints */
function reportSchema(name: string) {
  const names = Object.keys(reports);
  const schema = Object.entries(reports).find(([each]) => each === name)?.[1];
  if (schema !== undefined) return z.toJSONSchema(schema);
  throw new UsageError(
    [`there is no document ${name}; expected one of ${names.join(', ')}${didYouMean(name, names)}`],
    'schema',
  );
}
