import { changeIdOfEither, readChange } from '../client/changes/read-change.ts';
import { connect } from '../client/deployment.ts';
import type { DecisionKind } from '../model/change.ts';
import { capsuleText } from './capsule-text.ts';
import { type ExitStatus, exitStatus, type Run } from './command.ts';
import { printJson } from './print-json.ts';
import { simulatedNote } from './simulated.ts';
import { whatFollows } from './standing-text.ts';
import { painter } from './style.ts';
import { UsageError } from './usage-error.ts';

const done: Record<DecisionKind, string> = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' };

/**
 * Returns the command for this decision on a change. The decision counts for the identity of the environment's
 * credentials.
 */
export function deciding(kind: DecisionKind): Run<{ reason?: string; capsule?: string; json: boolean }> {
  return async ({ operands, options, terminal, environment }): Promise<ExitStatus> => {
    const changeId = changeIdOfEither(operands[0] ?? '');
    if (kind !== 'approve' && options.reason === undefined)
      throw new UsageError([`to ${kind} a change takes a reason; expected --reason TEXT`], kind);
    const asks = options.capsule === undefined;
    if (asks && terminal.ask === undefined)
      throw new UsageError(
        [
          `the capsule that you looked at is missing; expected --capsule HASH, as \`baton changes show ${changeId}\` gives it`,
        ],
        kind,
      );
    const deployment = await connect(environment);
    const { door } = deployment;
    if (door === undefined)
      throw new UsageError([
        'this deployment has no door for decisions; deploy it again with `npx cdk deploy`',
      ]);
    const paint = painter(terminal);
    const change = await door.change(changeId);
    let capsuleHash = options.capsule ?? change.capsuleHash;
    if (asks) {
      const shown = await readChange(deployment, changeId);
      if (shown === undefined) throw new UsageError([`the ledger holds no change ${changeId}`]);
      capsuleHash = shown.change.capsuleHash;
      for (const line of capsuleText(shown, paint, deployment.at)) terminal.complain(line);
      if (!(await terminal.ask?.(`${upper(kind)} this capsule of ${changeId}? Type yes to ${kind}: `))) {
        terminal.complain(`Nothing was ${done[kind]}.`);
        return exitStatus.rejected;
      }
    }
    if (!options.json) {
      const { type, status, riskLevel, environment: where, service, requester } = change;
      terminal.print(
        `Change ${changeId}: ${service} in ${where}, ${type}, ${riskLevel} risk, for ${requester.voice}; ${status}`,
      );
      terminal.print(`Capsule ${capsuleHash}`);
    }
    const decided = await door.decide(changeId, kind, { capsuleHash, reason: options.reason });
    if (options.json) printJson(terminal, 'decision', decided);
    else {
      if (decided.already)
        terminal.print(`${decided.voice} had ${done[kind]} it at ${decided.at}; nothing changes.`);
      else terminal.print(paint('good', `${upper(done[kind])} by ${decided.voice}.`));
      const review = change.status === 'ReviewDue' || change.status === 'ReviewOverdue';
      // An older deployment doesn't return the standing.
      if (kind === 'approve' && decided.standing !== undefined)
        terminal.print(
          whatFollows(decided, { review, isOpen: ['AwaitingApproval', 'Approved'].includes(change.status) }),
        );
      if (decided.already || decided.standing?.opensAt !== undefined)
        for (const line of simulatedNote(deployment, paint)) terminal.print(line);
    }
    return exitStatus.completed;
  };
}

function upper(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
