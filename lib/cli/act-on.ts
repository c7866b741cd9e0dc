import { connect, type Deployment } from '../client/deployment.ts';
import { findAsset } from '../client/inventory/find-asset.ts';
import type { RequestReport } from '../client/reports/request-report.ts';
import { newRequestId } from '../client/requests/request-id.ts';
import { submitEvent } from '../client/requests/submit-request.ts';
import type { Asset } from '../model/asset.ts';
import type { Header } from '../model/request.ts';
import { exitStatus, type Run } from './command.ts';
import { exitStatusOf, follow, printReport } from './follow.ts';
import { quietTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  owner?: string;
  reason?: string;
  json: boolean;
  verbose: boolean;
}

/**
 * Returns the command for a verb. It submits one request for each scope of the assets and follows each until it ends.
 */
export function actOn(verb: string): Run<Options> {
  return async ({ operands, options, terminal, environment }) => {
    const deployment = await connect(environment);
    const assets = await assetsNamed(deployment, operands, verb);
    const shown = options.json ? quietTerminal(terminal) : terminal;
    const reports: RequestReport[] = [];
    for (const members of Map.groupBy(assets, ({ scope }) => scope).values()) {
      const requestId = newRequestId();
      const verbs = members.map(({ id }) => ({ asset: id, verb }));
      await submitEvent(deployment, {
        requestId,
        file: verb,
        header: headerOf(members, verb, options),
        verbs,
      });
      const names = members.map(({ logicalId }) => logicalId).join(', ');
      shown.print(`Submitted the ${verb} of ${names} as ${requestId}.`);
      const followed = await follow(deployment, requestId, shown, {
        appearsWithinSeconds: 60,
        verbose: options.verbose,
      });
      if (followed === undefined) {
        terminal.complain(`baton: request ${requestId} did not appear in the ledger within 60 s`);
        return exitStatus.failed;
      }
      reports.push(followed.report);
    }
    if (options.json) printReport(terminal, reports);
    return exitStatusOf(reports);
  };
}

/** Returns the named assets. If one doesn't exist, nothing is submitted. @throws UsageError */
async function assetsNamed(
  deployment: Deployment,
  names: readonly string[],
  command: string,
): Promise<Asset[]> {
  const found = await Promise.all([...new Set(names)].map((name) => findAsset(deployment, name)));
  const problems = found.flatMap((one) => ('problem' in one ? [one.problem] : []));
  if (problems.length > 0) throw new UsageError(problems, command);
  const assets = found.flatMap((one) => ('problem' in one ? [] : [one]));
  return [...new Map(assets.map((asset) => [asset.id, asset])).values()];
}

function headerOf(
  [asset]: readonly Asset[],
  verb: string,
  { owner, reason }: Pick<Options, 'owner' | 'reason'>,
): Partial<Header> {
  const [, name = ''] = asset?.scope.split('/') ?? [];
  return {
    ...{ action: 'recover', environment: asset?.environment, service: asset?.service, name },
    owner: owner ?? asset?.owner,
    reason: reason ?? `Submitted from the command line: ${verb}`,
  };
}
