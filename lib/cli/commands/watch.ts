import { connect } from '../../client/deployment.ts';
import { exitStatus, type Run } from '../command.ts';
import { followToEnd } from '../follow.ts';

export const run: Run<{ json: boolean; verbose: boolean }> = async ({
  operands,
  options,
  terminal,
  environment,
}) => {
  const [requestId = ''] = operands;
  const deployment = await connect(environment);
  if ((await deployment.ledger.findRequest(requestId)) === undefined) {
    terminal.complain(`baton: the ledger holds no request ${requestId}`);
    return exitStatus.rejected;
  }
  return followToEnd(deployment, requestId, { terminal, ...options });
};
