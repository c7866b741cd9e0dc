import { exitStatus, type Run } from '../command.ts';
import { explain, overview } from '../help.ts';
import type { noOptions } from '../options.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run<typeof noOptions> = async ({ operands, terminal, commands }) => {
  const wanted = operands.join(' ');
  const found = commands.filter(({ name }) => name === wanted || name.startsWith(`${wanted} `));
  if (wanted !== '' && found.length === 0) throw new UsageError([`\`${wanted}\` is no command`]);
  terminal.print(wanted === '' ? overview(commands) : found.map(explain).join('\n\n'));
  return exitStatus.completed;
};
