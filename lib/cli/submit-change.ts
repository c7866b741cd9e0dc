import type { Deployment } from '../client/deployment.ts';
import { newRequestId } from '../client/requests/request-id.ts';
import { submitEvent } from '../client/requests/submit-request.ts';
import type { Asset } from '../model/asset.ts';
import type { AvailableAction } from '../model/request.ts';
import type { AssetChange, TrafficShift } from '../model/wish.ts';
import { type ExitStatus, exitStatus } from './command.ts';
import { exitStatusOf, follow, printReport } from './follow.ts';
import { quietTerminal, type Terminal } from './terminal.ts';

export interface SubmitOptions {
  owner?: string;
  reason?: string;
  json: boolean;
  verbose: boolean;
}

/** A change of one asset, and how it is submitted. */
export interface Submission {
  asset: Asset;
  action: AvailableAction;
  change?: Pick<AssetChange, 'set'> & Partial<Pick<AssetChange, 'remove' | 'release'>>;
  /** In place of a change: where its traffic goes. */
  shift?: Omit<TrafficShift, 'asset'>;
  /** What is submitted, such as `the configuration`, and the reason if the options have none. */
  words: string;
  reason: string;
}

/** Submits a change of one asset and follows it until it ends. Returns the exit status. */
export async function submitChange(
  deployment: Deployment,
  { asset, action, change, shift, words, reason }: Submission,
  options: SubmitOptions,
  terminal: Terminal,
): Promise<ExitStatus> {
  const requestId = newRequestId();
  const [, name = ''] = asset.scope.split('/');
  await submitEvent(deployment, {
    requestId,
    file: action,
    header: {
      ...{ action, environment: asset.environment, service: asset.service, name },
      owner: options.owner ?? asset.owner,
      reason: options.reason ?? reason,
    },
    ...(shift === undefined
      ? { changes: [{ asset: asset.id, type: asset.type, set: {}, remove: [], release: [], ...change }] }
      : { shifts: [{ asset: asset.id, ...shift }] }),
  });
  const shown = options.json ? quietTerminal(terminal) : terminal;
  shown.print(`Submitted ${words} of ${asset.logicalId} as ${requestId}.`);
  const followed = await follow(deployment, requestId, shown, {
    appearsWithinSeconds: 60,
    verbose: options.verbose,
  });
  if (followed === undefined) {
    terminal.complain(`baton: request ${requestId} did not appear in the ledger within 60 s`);
    return exitStatus.failed;
  }
  if (options.json) printReport(terminal, [followed.report]);
  return exitStatusOf([followed.report]);
}
