import { manifestJsonSchema } from '../../request/index.ts';
import { exitStatus, type Run } from '../command.ts';
import type { noOptions } from '../options.ts';

export const run: Run<typeof noOptions> = async ({ terminal }) => {
  terminal.print(JSON.stringify(manifestJsonSchema(), null, 2));
  return exitStatus.completed;
};
