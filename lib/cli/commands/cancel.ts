import { connect } from '../../client/deployment.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import { exitStatus, type Run } from '../command.ts';

export const run: Run<{ reason?: string }> = async ({ operands, options, terminal, environment }) => {
  const [requestId = ''] = operands;
  const deployment = await connect(environment);
  const request = await deployment.ledger.findRequest(requestId);
  if (request === undefined) {
    terminal.complain(`baton: the ledger holds no request ${requestId}`);
    return exitStatus.rejected;
  }
  if (finalRequestStatuses.includes(request.status)) {
    terminal.complain(`baton: request ${requestId} has ended already; it is ${request.status}`);
    return exitStatus.rejected;
  }
  const wish = { requestId, reason: options.reason };
  if (deployment.door === undefined) await deployment.putEvent('Cancellation Requested', wish);
  else await deployment.door.cancel(wish);
  terminal.print(
    `Cancellation of ${requestId} is on its way; \`baton watch ${requestId}\` shows how it ends.`,
  );
  return exitStatus.completed;
};
