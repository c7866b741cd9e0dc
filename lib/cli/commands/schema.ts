import { manifestJsonSchema } from '../../request/index.ts';
import { exitStatus, type Run } from '../command.ts';

export const run: Run = async ({ terminal }) => {
  terminal.print(JSON.stringify(manifestJsonSchema(), null, 2));
  return exitStatus.completed;
};
