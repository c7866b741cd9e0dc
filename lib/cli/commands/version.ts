import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitStatus, type Run } from '../command.ts';
import type { noOptions } from '../options.ts';

export const run: Run<typeof noOptions> = async ({ terminal }) => {
  const file = join(import.meta.dirname, '..', '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  terminal.print(version);
  return exitStatus.completed;
};
