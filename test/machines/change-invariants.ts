import { countDecisions } from '../../lib/change/approvals.ts';
import { type ChainedEntry, readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { changeIdOf } from '../../lib/ledger/ledger.ts';
import type { ChangeRecord, RequestRecord, RunRecord } from '../../lib/ledger/records.ts';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import type { Capsule, ChangeStatus, Decision } from '../../lib/model/change.ts';
import { canonicalJson, type JsonObject } from '../../lib/model/json.ts';
import { tokensOf } from './hooks.ts';
import type { Stage } from './stage.ts';

export interface PlayedChanges {
  requestIds: string[];
  resourcesAtStart: StoredResource[];
  startedMillis: number;
  /** Every event that was put on a bus. */
  events: JsonObject[];
  /** Whether a wait hangs because no one has its token. */
  hangs: boolean;
}

/** The records of one request and its change in the ledger. */
interface Governed {
  request: RequestRecord;
  change: ChangeRecord;
  decisions: Decision[];
  entries: ChainedEntry[];
  runs: RunRecord[];
}

/** Checks the invariants of changes, which hold with any fault. Returns one line for each violation. */
export async function brokenChanges(stage: Stage, played: PlayedChanges): Promise<string[]> {
  const governed = await Promise.all(played.requestIds.map((id) => governedOf(stage, id)));
  const changes = governed.filter((one) => one !== undefined);
  const findings: string[] = [...unasked(stage, played, changes), ...leaked(stage, played, changes)];
  for (const one of changes) {
    findings.push(...(await unauthorized(stage, one)), ...decidedOnce(one), ...leftOpen(one));
    if (!played.hangs) findings.push(...(await leftWaiting(stage, one)));
  }
  return findings;
}

async function governedOf(
  { deployment: { ledger } }: Stage,
  requestId: string,
): Promise<Governed | undefined> {
  const changeId = changeIdOf(requestId);
  const request = await ledger.findRequest(requestId);
  const change = await ledger.findChange(changeId);
  if (request === undefined || change === undefined) return undefined;
  const found = await Promise.all(
    [request.runId, request.undoRunId].map((id) => (id === undefined ? undefined : ledger.findRun(id))),
  );
  return {
    request,
    change,
    decisions: await ledger.decisions(changeId),
    entries: await readChain(ledger.table, changeChain(changeId)),
    runs: found.filter((run) => run !== undefined),
  };
}

/** Every run needs a capsule with decisions from before it began, counted from the ledger alone. */
async function unauthorized(
  { deployment: { documents } }: Stage,
  { change, decisions, entries, runs }: Governed,
): Promise<string[]> {
  const findings: string[] = [];
  for (const { runId, planHash, direction, startedAt } of runs) {
    const capsuleHash = entries.find(({ key }) => key === `RunBegun-${runId}`)?.capsule;
    if (capsuleHash === undefined) {
      findings.push(`no entry says on which capsule ${runId} began`);
      continue;
    }
    const capsule = await documents.get<Capsule>(capsuleHash);
    if (direction === 'forward' && capsule.planHash !== planHash)
      findings.push(`${runId} carried out another plan than its capsule has`);
    const earlier = decisions.filter(({ at }) => at <= startedAt);
    const { expiresAt } = change;
    const { status } = countDecisions({
      capsule,
      capsuleHash,
      decisions: earlier,
      now: startedAt,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
    if (capsule.type !== 'emergency' && status !== 'Approved')
      findings.push(`${runId} began on a capsule that was ${status}`);
  }
  return findings;
}

/** Scenarios set a `DisplayName` to this text, and no other property, to change a resource outside of Baton. */
export const changedByHand = 'changed by hand';

/** Without a run, the cloud is unchanged, except for changes by hand. */
function unasked(
  { world }: Stage,
  { resourcesAtStart, startedMillis }: PlayedChanges,
  changes: Governed[],
): string[] {
  if (changes.some(({ runs }) => runs.some(({ startedAt }) => Date.parse(startedAt) >= startedMillis)))
    return [];
  const textOf = (resources: StoredResource[]) =>
    resources
      .map(({ type, identifier, properties: { DisplayName: _, ...properties } }) =>
        [type, identifier, canonicalJson(properties)].join(' '),
      )
      .sort()
      .join('\n');
  const now = textOf(world.services.cloudControl.store.list());
  return now === textOf(resourcesAtStart) ? [] : ['the cloud was changed, and no run of a change did that'];
}

/** Checks for one decision of each voice on a capsule, and for an entry of the chain for each. */
function decidedOnce({ change, decisions, entries }: Governed): string[] {
  const of = (capsule: string | undefined, voice: string) => `${capsule} by ${voice}`;
  const taken = decisions.map(({ capsuleHash, speaker }) => of(capsuleHash, speaker.voice)).sort();
  const told = entries
    .filter(({ event }) => event === 'DecisionRecorded')
    .map(({ capsule, actor }) => of(capsule, actor))
    .sort();
  const once = new Set(told).size === told.length && taken.join() === told.join();
  return once ? [] : [`${change.changeId}: taken were ${taken}; the chain tells of ${told}`];
}

const openStatuses: readonly ChangeStatus[] = ['AwaitingApproval', 'Approved'];

/** When its request has ended, a change has ended or waits for its review. */
function leftOpen({ request, change }: Governed): string[] {
  if (openStatuses.includes(change.status))
    return [`${change.changeId} is left ${change.status}; its request is ${request.status}`];
  const ran = request.status === 'Completed' && request.stepCount !== 0;
  const reviewed: readonly ChangeStatus[] = ['Closed', 'ReviewDue', 'ReviewOverdue'];
  return ran && !reviewed.includes(change.status) ? [`${change.changeId} ran and is ${change.status}`] : [];
}

/** A decided change continues within the hourly schedule that finds lost wake-ups, plus some retries. */
const wokenWithinMillis = 75 * 60_000;

async function leftWaiting(
  { deployment: { documents } }: Stage,
  { change, decisions, entries }: Governed,
): Promise<string[]> {
  const findings: string[] = [];
  const ended = entries.filter(({ event }) => /^Change(Approved|Rejected|Withdrawn|Expired)$/.test(event));
  for (const { event, capsule: capsuleHash = '', at } of ended) {
    const capsule = await documents.get<Capsule>(capsuleHash);
    const own = decisions.filter((one) => one.capsuleHash === capsuleHash);
    const instants = [...own.map((one) => one.at), at].sort();
    const decidedAt = instants.find((now) => {
      const known = own.filter((one) => one.at <= now);
      return countDecisions({ capsule, capsuleHash, decisions: known, now }).status !== 'Waiting';
    });
    if (decidedAt !== undefined && Date.parse(at) - Date.parse(decidedAt) > wokenWithinMillis)
      findings.push(`${change.changeId} was decided at ${decidedAt}; ${event} only at ${at}`);
  }
  return findings;
}

/** A token holder can wake a task, so no token is put on the bus, printed, or stored for people. */
function leaked({ world }: Stage, { events, startedMillis }: PlayedChanges, changes: Governed[]): string[] {
  const { logs } = world.services;
  const printed = logs
    .groupNames()
    .flatMap((group) => logs.events(group).filter((line) => line.timestampMillis >= startedMillis));
  const places: Record<string, unknown> = {
    'an event': events,
    'the logs': printed,
    'an audit chain': changes.map(({ entries }) => entries),
  };
  const tokens = tokensOf(world);
  return Object.entries(places).flatMap(([place, held]) => {
    const found = [...JSON.stringify(held).matchAll(/\bAQ[A-Za-z0-9_-]{40,}/g)].find(([one]) =>
      tokens.has(one),
    );
    return found === undefined ? [] : [`${place} holds the token of ${tokens.get(found[0])}`];
  });
}
