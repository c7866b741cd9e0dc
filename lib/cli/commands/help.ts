import { exitStatus, type Run } from '../command.ts';
import { explain, overview } from '../help.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run = async ({ operands, terminal, families }) => {
  const wanted = operands.join(' ');
  const found = families
    .flatMap(({ commands }) => commands)
    .filter(({ name }) => name === wanted || name.startsWith(`${wanted} `));
  if (wanted !== '' && found.length === 0) throw new UsageError([`\`${wanted}\` is no command`]);
  terminal.print(wanted === '' ? overview(families) : found.map(explain).join('\n\n'));
  return exitStatus.completed;
};
