import type { RequestRecord } from '../../ledger/records.ts';
import { failedSides } from '../../ledger/traffic.ts';
import { changes } from '../../model/operations.ts';
import { compareText } from '../../model/text.ts';
import { sideName } from '../../model/traffic-shift.ts';
import { getPlan } from '../../tasks/documents-of.ts';
import type { Deployment } from '../deployment.ts';
import type { FailedSideReport, TrafficStatus } from '../reports/traffic.ts';

type Reads = Pick<Deployment, 'ledger' | 'documents'>;

/** Returns the shifts of traffic whose requests are open, those of one asset if it is named, by scope and name. */
export async function openShifts(deployment: Reads, assetId?: string): Promise<TrafficStatus[]> {
  const open = await deployment.ledger.openRequests();
  const shifting = open.filter(({ header }) => header?.action === 'shift-traffic');
  const found = await Promise.all(shifting.map((request) => statusOf(deployment, request)));
  return found
    .flat()
    .filter((one) => assetId === undefined || one.assetId === assetId)
    .toSorted((a, b) => compareText(`${a.scope} ${a.logicalId}`, `${b.scope} ${b.logicalId}`));
}

/** Returns the sides of an asset that failed an analysis, the latest first. */
export async function failedOf({ ledger }: Reads, assetId: string): Promise<FailedSideReport[]> {
  const marks = await failedSides(ledger.table, assetId);
  return marks
    .toSorted((a, b) => b.failedAt - a.failedAt)
    .map(({ side, failedAt, why, requestId, lifted }) => ({
      ...{ side: sideName(side), failedAt: instant(failedAt), why, requestId },
      ...(lifted && { lifted: { ...lifted, at: instant(lifted.at) } }),
    }));
}

const instant = (seconds: number) => new Date(seconds * 1000).toISOString();

async function statusOf({ ledger, documents }: Reads, request: RequestRecord): Promise<TrafficStatus[]> {
  const { requestId, requester, status, planHash, runId } = request;
  if (planHash === undefined) return [];
  const { scope, steps } = await getPlan(documents, planHash);
  const [first] = steps;
  if (first?.shift === undefined) return [];
  const { plan } = first.shift;
  const records = runId === undefined ? [] : await ledger.steps(runId);
  const done = records.filter((record) => record.status === 'Succeeded').map(({ index }) => steps[index]);
  const set = done.flatMap((step) => (step !== undefined && changes(step) ? [step.shift?.step ?? -1] : []));
  const weight = plan.steps[Math.max(-1, ...set)]?.weight ?? plan.original;
  const last = records.flatMap(({ shift }) => shift ?? []).at(-1);
  return [
    {
      ...{ requestId, requester, status, assetId: plan.asset, scope, logicalId: first.resource },
      ...{ from: sideName(plan.sides.stable), to: sideName(plan.sides.target), weight },
      weights: plan.steps.map(({ weight: percent, bakeSeconds }) => ({ weight: percent, bakeSeconds })),
      ...(last && {
        decision: {
          ...{ at: instant(last.decidedAtSeconds), phase: last.state.phase, rule: last.rule, why: last.why },
          waitsForPerson: last.waits,
        },
      }),
    },
  ];
}
