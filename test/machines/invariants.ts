import { formProblem } from '../../lib/audit/forms.ts';
import { chainHead, firstBreak, readChain } from '../../lib/ledger/audit-chain.ts';
import { assetChain, changeChain } from '../../lib/ledger/keys.ts';
import { changeIdOf } from '../../lib/ledger/ledger.ts';
import { Locks } from '../../lib/ledger/lock.ts';
import type { RequestRecord } from '../../lib/ledger/records.ts';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { clientTokenOf } from '../../lib/tasks/pump/client-token.ts';
import type { Stage } from './stage.ts';

export interface Played {
  scope: string;
  /** Default `dev`. */
  environment?: string;
  requestIds: string[];
  /** Resources that existed before the scope's first request. */
  resourcesBefore: StoredResource[];
}

/** Checks everything that must hold once the cloud is idle, with any fault. Returns one line for each violation. */
export async function broken(stage: Stage, played: Played): Promise<string[]> {
  const findings = [
    ...(await requestsEnded(stage, played)),
    ...(await cloudAndInventoryAgree(stage, played)),
    ...(await nothingTwice(stage, played)),
    ...(await chainsWhole(stage, played)),
    ...(await locksFree(stage, played)),
    ...executionsClosed(stage),
    ...stage.world.internalErrors.map((error) => `the local cloud itself failed: ${String(error)}`),
    ...stage.world.authorizer.denials.map((denial) => `a call was denied: ${JSON.stringify(denial)}`),
  ];
  return findings;
}

async function requestsEnded({ deployment }: Stage, { requestIds }: Played): Promise<string[]> {
  const findings: string[] = [];
  for (const requestId of requestIds) {
    const request = await deployment.ledger.findRequest(requestId);
    if (request === undefined) continue;
    const ended = ['Completed', 'Rejected', 'Failed', 'RolledBack'].includes(request.status);
    if (!ended || !request.reason || request.closedAt === undefined)
      findings.push(
        `request ${requestId} is ${request.status}, reason ${request.reason}, closed ${request.closedAt}`,
      );
  }
  return findings;
}

async function cloudAndInventoryAgree({ world, deployment }: Stage, played: Played): Promise<string[]> {
  const key = ({ type, identifier }: { type: string; identifier: string }) => `${type} ${identifier}`;
  const before = new Set(played.resourcesBefore.map(key));
  const there = world.services.cloudControl.store.list().filter((resource) => !before.has(key(resource)));
  const assets = (
    await deployment.inventory.scopeAssets(`${played.environment ?? 'dev'}/${played.scope}`)
  ).filter(({ status }) => status === 'Active');
  const registered = new Set(assets.map(key));
  const explained = new Set((await ledgerExplains(deployment, played)).map(key));
  const live = new Set(there.map(key));
  return [
    ...there
      .filter((resource) => !registered.has(key(resource)) && !explained.has(key(resource)))
      .map((resource) => `${key(resource)} is in the cloud; neither an asset nor the ledger says why`),
    ...assets
      .filter((asset) => !live.has(key(asset)))
      .map((asset) => `${key(asset)} is an asset, but not in the cloud`),
  ];
}

/** Returns resources that the journal of a failed step names: they were created but never completed. */
async function ledgerExplains({ ledger, documents }: Stage['deployment'], { requestIds }: Played) {
  const explained: { type: string; identifier: string }[] = [];
  for (const runId of await runsOf(ledger, requestIds)) {
    const { planHash = '' } = (await ledger.findRun(runId)) ?? {};
    const plan = await getPlan(documents, planHash);
    for (const { status, identifier, index } of await ledger.steps(runId))
      if (status === 'Failed' && identifier !== undefined)
        explained.push({ type: plan.steps[index]?.type ?? '', identifier });
  }
  return explained;
}

async function runsOf(ledger: Stage['deployment']['ledger'], requestIds: string[]): Promise<string[]> {
  const requests = await Promise.all(requestIds.map((id) => ledger.findRequest(id)));
  const runs = requests.flatMap((request: RequestRecord | undefined) => [request?.runId, request?.undoRunId]);
  return runs.flatMap((run) => (run === undefined || run === 'none' ? [] : [run]));
}

/** At most one operation of a step may succeed. */
async function nothingTwice({ succeeded, deployment }: Stage, { requestIds }: Played): Promise<string[]> {
  const findings: string[] = [];
  for (const runId of await runsOf(deployment.ledger, requestIds)) {
    const { stepCount = 0 } = (await deployment.ledger.findRun(runId)) ?? {};
    for (let index = 0; index < stepCount; index += 1) {
      const tokens = Array.from({ length: 10 }, (_, failures) => clientTokenOf(runId, index, failures));
      const times = tokens.reduce((sum, token) => sum + (succeeded.get(token) ?? 0), 0);
      if (times > 1) findings.push(`step ${index} of ${runId} was done ${times} times`);
    }
  }
  return findings;
}

async function chainsWhole({ deployment }: Stage, { scope, requestIds }: Played): Promise<string[]> {
  const { table } = deployment.ledger;
  const assets = await deployment.inventory.find('service', scope);
  const chains = [
    ...requestIds.map((id) => changeChain(changeIdOf(id))),
    ...assets.map(({ id }) => assetChain(id)),
  ];
  const findings: string[] = [];
  for (const chain of chains) {
    const entries = await readChain(table, chain);
    const at = firstBreak(entries, await chainHead(table, chain));
    if (at !== undefined) findings.push(`the audit chain ${chain} breaks at entry ${at}`);
    const kind = chain.startsWith('CHAIN#ASSET#') ? 'asset' : 'change';
    for (const entry of entries) {
      const problem = formProblem(kind, entry);
      if (problem !== undefined)
        findings.push(`entry ${entry.number} of ${chain}: ${entry.event}: ${problem}`);
    }
  }
  return findings;
}

async function locksFree({ deployment }: Stage, { scope, environment = 'dev' }: Played): Promise<string[]> {
  const { holders, queue } = await new Locks(deployment.ledger.table).read(`${environment}/${scope}`);
  return holders.length === 0 && queue.length === 0
    ? []
    : [`the lock of ${environment}/${scope} is held by ${holders.map(({ requestId }) => requestId)}`];
}

function executionsClosed({ world }: Stage): string[] {
  return [...world.services.stepFunctions.executions.values()]
    .filter(({ status }) => status === 'RUNNING')
    .map(({ executionArn }) => `the execution ${executionArn} still runs`);
}
