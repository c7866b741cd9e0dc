import { exitStatus, type Run } from '../command.ts';
import { packageVersion } from '../package-version.ts';

export const run: Run = async ({ terminal }) => {
  terminal.print(packageVersion());
  return exitStatus.completed;
};
