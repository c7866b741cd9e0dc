import type { ShiftProgress } from '../../ledger/records.ts';
import { directivesOf, failedSides, latestDirective, liftMark, markSide } from '../../ledger/traffic.ts';
import type { JsonObject } from '../../model/json.ts';
import { type StepShift, sideName } from '../../model/traffic-shift.ts';
import type { ShiftState } from '../../model/traffic-state.ts';
import { markOf } from '../../traffic/failed-sides.ts';
import { beginShift } from '../../traffic/shift/begin.ts';
import { shiftState } from '../../traffic/shift/decide.ts';
import { recordShift, type ShiftRecord } from '../../traffic/shift/record.ts';
import { changeStep, failStep, seconds } from './outcomes.ts';
import type { PumpServices } from './services.ts';
import { meant, observeShift } from './shift-observation.ts';
import type { StepContext } from './step-context.ts';

type Services = Pick<
  PumpServices,
  'ledger' | 'tokens' | 'documents' | 'inventory' | 'lookup' | 'metrics' | 'verdicts' | 'settings'
>;
type ShiftContext = StepContext<Services>;

/** Tells whether a shift must be decided on: its interval has passed, or a person has directed it. Reads the ledger only. */
export async function isShiftDue(
  { services, view, record: { shift: known }, now }: ShiftContext,
  { plan }: StepShift,
): Promise<boolean> {
  if (known === undefined || seconds(now) - known.decidedAtSeconds >= plan.intervalSeconds) return true;
  const directives = await directivesOf(services.ledger.table, view.run.requestId);
  return latestDirective(directives, known.directives) !== undefined;
}

/**
 * Decides on a shift that is due. A `verify` step of a shift ends when its part
 * of the shift has passed, and fails when the shift goes back: then the rollback of the run puts the original weight back in
 * one update. While the shift waits for a person, nothing times out.
 */
export async function lookAtShift(
  context: ShiftContext,
  { plan, step: part, lift }: StepShift,
  live: JsonObject,
): Promise<void> {
  const { services, view, record, now } = context;
  const at = seconds(now);
  const directives = await directivesOf(services.ledger.table, view.run.requestId);
  const known = record.shift;
  const seen = known?.directives ?? directivesBefore(context);
  const command = latestDirective(directives, seen);
  const before = known?.state ?? partState(plan, part, at);
  const observed = await observeShift(context, plan, before, live);
  if (known === undefined && part < 0) {
    // The approval of a lift was for the failures that it names.
    const marks = await failedSides(services.ledger.table, plan.asset);
    const begun = beginShift(
      plan,
      marks.filter(({ failedAt }) => failedAt > (lift?.failedAt ?? -1)),
      observed,
    );
    if ('refused' in begun) return failStep(context, { code: 'ShiftRefused', message: begun.refused });
  }
  const decided = recordShift(plan, before, { ...observed, ...(command === undefined ? {} : { command }) });
  const { action, rule, why, state } = decided;
  const progress: ShiftProgress = {
    ...{ state, directives: directives.length, decidedAtSeconds: at, rule, why },
    waits: action.kind === 'wait-for-person',
  };
  // Only the update of the next weight sets one. A weight that someone else moved is waited for.
  const holds = action.kind === 'hold' || (action.kind === 'set-weight' && !hasPassed(decided, part));
  if (!holds && rule !== known?.rule) await keepDecision(context, decided);
  // Before anything else, so that no later shift overlooks it, also if this one waits, dies or is aborted on its way back.
  const mark = markOf(plan, decided);
  if (mark !== undefined) {
    const called = meant(context, mark.side);
    const more = called === mark.side ? {} : { called };
    await markSide(services.ledger.table, { ...mark, ...more, requestId: view.run.requestId });
  }
  if (state.retreat !== undefined && !progress.waits) return goBack(context, decided, progress);
  if (!hasPassed(decided, part)) return changeStep(context, { shift: progress, lookedAtSeconds: at });
  if (action.kind === 'done') await clearMark(context, plan);
  await changeStep(context, {
    ...{ shift: progress, status: 'Succeeded', attributes: live, finishedAtSeconds: at, lookedAtSeconds: at },
    note: why,
  });
}

/** Tells whether the part of the shift that a step verifies has passed: the next weight, or what comes after the last one. */
function hasPassed({ action, state }: ShiftRecord, part: number): boolean {
  return action.kind === 'promote' || action.kind === 'done' || state.step > part;
}

/** Returns the state in which the part of a shift begins that a step verifies. */
function partState(plan: StepShift['plan'], part: number, at: number): ShiftState {
  if (part < 0) return shiftState(plan, at);
  const weight = plan.steps[part]?.weight;
  if (weight !== undefined) return { phase: 'shifting', step: part, wanted: weight, setAt: at, failures: {} };
  const last = plan.steps.length - 1;
  const wanted = plan.steps[last]?.weight ?? 100;
  return { phase: 'draining', step: last, wanted, setAt: at, reachedAt: at, failures: {} };
}

/** Returns how many directives the steps before took into account. */
function directivesBefore({ view, index }: ShiftContext): number {
  return Math.max(0, ...view.steps.slice(0, index).map(({ shift }) => shift?.directives ?? 0));
}

async function goBack(context: ShiftContext, decided: ShiftRecord, progress: ShiftProgress): Promise<void> {
  const plan = context.step.shift?.plan;
  const { retreat } = decided.state;
  const error = {
    code: retreat?.byAnalysis === true ? 'AnalysisFailed' : 'ShiftStopped',
    message: `${sideName(plan?.sides.target ?? '')}: ${retreat?.why ?? decided.why}`,
  };
  await failStep(context, error, { shift: progress });
}

async function clearMark(context: ShiftContext, { asset, sides }: StepShift['plan']): Promise<void> {
  const { services, view, now, step } = context;
  const { table } = services.ledger;
  const names = [sides.target, meant(context, sides.target)];
  const reason = step.shift?.lift?.reason ?? 'a later shift succeeded';
  for (const { side, called = side, lifted } of await failedSides(table, asset))
    if (lifted === undefined && (side === sides.target || names.includes(called)))
      await liftMark(table, { asset, side }, { by: view.run.requestId, at: seconds(now), reason });
}

/** Keeps a decision with everything that it was made from, so that it can be made again offline. */
async function keepDecision(
  { services, view, step, index, now }: ShiftContext,
  decided: ShiftRecord,
): Promise<void> {
  const { rule, why, action, state } = decided;
  const decisionHash = await services.documents.put(JSON.parse(JSON.stringify(decided)));
  await services.ledger.record(view.run.changeId, {
    key: `ShiftDecided-${view.run.runId}-${index}-${seconds(now)}`,
    event: 'ShiftDecided',
    actor: 'baton',
    at: now,
    ...(view.run.capsuleHash === undefined ? {} : { capsule: view.run.capsuleHash }),
    reason: why,
    detail: {
      ...{ decisionHash, runId: view.run.runId, step: step.id, rule, action: action.kind },
      weight: state.wanted,
    },
  });
}
