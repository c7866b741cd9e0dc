import type { Capsule } from '../../model/change.ts';
import { capsuleText, type ShownChange } from '../capsule-text.ts';
import { exitStatus, type Run } from '../command.ts';
import { changeIdOfOperand } from '../decide.ts';
import { connect, type Deployment } from '../deployment.ts';
import type { jsonOption } from '../options.ts';
import { painter } from '../style.ts';

export const run: Run<typeof jsonOption> = async ({ operands, options, terminal, environment }) => {
  const changeId = changeIdOfOperand(operands[0] ?? '');
  const deployment = await connect(environment);
  const shown = await read(deployment, changeId);
  if (shown === undefined) {
    terminal.complain(
      `baton: the ledger holds no change ${changeId}; \`baton changes list\` shows their ids`,
    );
    return exitStatus.rejected;
  }
  if (options.json) terminal.print(JSON.stringify(shown, null, 2));
  else for (const line of capsuleText(shown, painter(terminal), deployment.at)) terminal.print(line);
  return exitStatus.completed;
};

async function read({ ledger, documents }: Deployment, changeId: string): Promise<ShownChange | undefined> {
  const change = await ledger.findChange(changeId);
  if (change === undefined) return undefined;
  const [capsule, decisions] = await Promise.all([
    documents.get<Capsule>(change.capsuleHash),
    ledger.decisions(changeId),
  ]);
  return { change, capsule, decisions };
}
