import { changeIdOfEither, readChange } from '../../client/changes/read-change.ts';
import { connect } from '../../client/deployment.ts';
import { capsuleText } from '../capsule-text.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { simulatedNote } from '../simulated.ts';
import { painter } from '../style.ts';

export const run: Run<{ json: boolean; detail: boolean }> = async ({
  operands,
  options,
  terminal,
  environment,
}) => {
  const changeId = changeIdOfEither(operands[0] ?? '');
  const deployment = await connect(environment);
  const shown = await readChange(deployment, changeId);
  if (shown === undefined) {
    terminal.complain(
      `baton: the ledger holds no change ${changeId}; \`baton changes list\` shows their ids`,
    );
    return exitStatus.rejected;
  }
  if (options.json) printJson(terminal, 'change', shown);
  else {
    const paint = painter(terminal);
    for (const line of capsuleText(shown, paint, deployment.at, options.detail)) terminal.print(line);
    for (const line of simulatedNote(deployment, paint)) terminal.print(line);
  }
  return exitStatus.completed;
};
