import { exitStatus, type Run } from '../command.ts';
import type { noOptions } from '../options.ts';
import { packageVersion } from '../package-version.ts';

export const run: Run<typeof noOptions> = async ({ terminal }) => {
  terminal.print(packageVersion());
  return exitStatus.completed;
};
