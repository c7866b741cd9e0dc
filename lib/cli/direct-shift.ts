import { connect } from '../client/deployment.ts';
import { openShifts } from '../client/inventory/traffic-status.ts';
import type { DirectiveKind } from '../ledger/traffic.ts';
import { assetIdOf } from './asset-id.ts';
import { exitStatus, type Run } from './command.ts';
import { UsageError } from './usage-error.ts';

/** Returns the command that gives a directive to a shift. Only the front door takes one, because it proves who gives it. */
export function directShift(directive: DirectiveKind): Run<{ reason?: string }> {
  return async ({ operands, options, terminal, environment }) => {
    const deployment = await connect(environment);
    const assetId = await assetIdOf(deployment, operands[0]);
    const [shift, ...more] = await openShifts(deployment, assetId);
    if (shift === undefined) {
      terminal.complain(
        `baton: no shift of ${operands[0] ?? 'traffic'} is open; \`baton traffic status\` shows them`,
      );
      return exitStatus.rejected;
    }
    if (more.length > 0)
      throw new UsageError(['several shifts are open; expected ASSET'], `traffic ${directive}`);
    if (deployment.door === undefined) {
      terminal.complain('baton: this deployment has no front door, which proves who directs a shift');
      return exitStatus.rejected;
    }
    const { requestId } = shift;
    await deployment.door.direct({ requestId, directive, ...options });
    terminal.print(
      `${directive} of ${requestId} is on its way; \`baton traffic status\` shows what comes of it.`,
    );
    return exitStatus.completed;
  };
}
