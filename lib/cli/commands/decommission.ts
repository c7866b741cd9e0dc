import { connect } from '../../client/deployment.ts';
import type { RequestReport } from '../../client/reports/request-report.ts';
import { newRequestId } from '../../client/requests/request-id.ts';
import { submitEvent } from '../../client/requests/submit-request.ts';
import type { Asset } from '../../model/asset.ts';
import type { Header } from '../../model/request.ts';
import { exitStatus, type Run } from '../command.ts';
import { exitStatusOf, follow, printReport } from '../follow.ts';
import { quietTerminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface Options {
  owner?: string;
  reason?: string;
  json: boolean;
  verbose: boolean;
}

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const deployment = await connect(environment);
  const ids = [...new Set(operands)];
  const assets = await deployment.inventory.assets(ids);
  refuse(ids, assets);
  const shown = options.json ? quietTerminal(terminal) : terminal;
  const reports: RequestReport[] = [];
  for (const members of byScope(assets).values()) {
    const requestId = newRequestId();
    const names = members.map(({ logicalId }) => logicalId).join(', ');
    await submitEvent(deployment, {
      requestId,
      file: 'decommission',
      header: headerOf(members, options),
      assets: members.map(({ id }) => id),
    });
    shown.print(`Submitted the decommission of ${names} as ${requestId}.`);
    const followed = await follow(deployment, requestId, shown, {
      appearsWithinSeconds: 60,
      verbose: options.verbose,
    });
    if (followed !== undefined) reports.push(followed.report);
    else terminal.complain(`baton: request ${requestId} did not appear in the ledger within 60 s`);
    if (followed === undefined) return exitStatus.failed;
  }
  if (options.json) printReport(terminal, reports);
  return exitStatusOf(reports);
};

/** Refuses to start unless every named asset exists. */
function refuse(ids: string[], assets: Asset[]): void {
  const known = new Map(assets.map((asset) => [asset.id, asset]));
  const problems = ids.flatMap((id) => {
    const status = known.get(id)?.status;
    if (status === undefined) return [`the inventory holds no asset ${id}`];
    return status === 'Active' || status === 'Unknown' ? [] : [`asset ${id} is ${status} already`];
  });
  if (problems.length > 0) throw new UsageError(problems, 'decommission');
}

/** A request covers one scope. */
function byScope(assets: Asset[]): Map<string, Asset[]> {
  return Map.groupBy(assets, ({ scope }) => scope);
}

function headerOf([asset]: Asset[], options: Pick<Options, 'owner' | 'reason'>): Partial<Header> {
  const [, name = ''] = asset?.scope.split('/') ?? [];
  return {
    action: 'decommission',
    environment: asset?.environment,
    service: asset?.service,
    name,
    owner: options.owner ?? asset?.owner,
    reason: options.reason ?? 'Decommissioned from the command line',
  };
}
