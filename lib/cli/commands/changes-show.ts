import { capsuleText } from '../capsule-text.ts';
import { exitStatus, type Run } from '../command.ts';
import { changeIdOfOperand } from '../decide.ts';
import { connect } from '../deployment.ts';
import { readChange } from '../read-change.ts';
import { painter } from '../style.ts';

export const run: Run<{ json: boolean; detail: boolean }> = async ({
  operands,
  options,
  terminal,
  environment,
}) => {
  const changeId = changeIdOfOperand(operands[0] ?? '');
  const deployment = await connect(environment);
  const shown = await readChange(deployment, changeId);
  if (shown === undefined) {
    terminal.complain(
      `baton: the ledger holds no change ${changeId}; \`baton changes list\` shows their ids`,
    );
    return exitStatus.rejected;
  }
  if (options.json) terminal.print(JSON.stringify(shown, null, 2));
  else
    for (const line of capsuleText(shown, painter(terminal), deployment.at, options.detail))
      terminal.print(line);
  return exitStatus.completed;
};
