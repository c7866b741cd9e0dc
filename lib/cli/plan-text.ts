import { creates, ends, losesData, operations, replaces, waits } from '../model/operations.ts';
import { isSamePlace, placeOfStep } from '../model/place.ts';
import type { HashedPlan, Operation, Step } from '../model/plan.ts';
import { changeText, keptText, propertiesOf } from './change-text.ts';
import { declaredText } from './declared-text.ts';
import { shiftNote } from './shift-text.ts';
import { duration, type Paint, pad } from './style.ts';

/** Number of steps of a plan to list. */
const stepsShown = 300;

/**
 * Formats a plan: one line for each resource, its changes below it, and the summary. `outline` omits the changes, for
 * when a capsule shows them.
 */
export function planText(
  plan: HashedPlan,
  paint: Paint,
  { title = titleOf(plan), outline = false }: { title?: string; outline?: boolean } = {},
): string[] {
  const steps = shownSteps(plan);
  const [head = ''] = planHead(plan, paint, title);
  const kept = outline ? [] : unchangedKept(plan, paint);
  if (steps.length === 0) return [head, ...kept];
  const width = Math.min(40, Math.max(...steps.map(({ resource }) => resource.length)));
  const more = steps.length - stepsShown;
  return [
    head,
    '',
    ...steps.slice(0, stepsShown).flatMap((step) => stepText(plan, step, width, paint, outline)),
    ...(more > 0 ? [`     and ${more.toLocaleString('en-US')} more`] : []),
    ...kept,
  ];
}

/** Lists the kept values of unchanged resources that differ from the manifest. */
function unchangedKept({ unchanged }: HashedPlan, paint: Paint): string[] {
  return unchanged.flatMap(({ resource, kept }) =>
    kept === undefined ? [] : [`     ${resource}  ${paint('quiet', 'unchanged')}`, ...keptText(kept, paint)],
  );
}

/** Returns the summary of a plan in one line. */
export function planHead(plan: HashedPlan, paint: Paint, title = titleOf(plan)): string[] {
  return [`${paint('strong', title)} for ${plan.scope}: ${summary(plan)}`];
}

function titleOf({ direction, hash }: HashedPlan): string {
  return `${direction === 'undo' ? 'Rollback plan' : 'Plan'} ${hash.slice(0, 12)}`;
}

type Outlined = Pick<Step, 'operation' | 'resource'>;

/** Returns `3 to create, 1 to update; 12 unchanged`. */
export function summary(plan: { steps: readonly Outlined[]; unchanged: readonly unknown[] }): string {
  const steps = shownSteps(plan);
  const parts = (Object.keys(operations) as Operation[]).flatMap((operation) => {
    const count = steps.filter((step) => step.operation === operation).length;
    return count > 0 ? [`${count.toLocaleString('en-US')} to ${operations[operation].verb}`] : [];
  });
  const unchanged =
    plan.unchanged.length > 0 ? [`${plan.unchanged.length.toLocaleString('en-US')} unchanged`] : [];
  return [parts.join(', ') || 'nothing to do', ...unchanged].join('; ');
}

/** The delete step of a replacement is part of its `-/+`. */
export function shownSteps<T extends Outlined>({ steps }: { steps: readonly T[] }): T[] {
  const replaced = new Set(steps.filter(replaces).map(({ resource }) => resource));
  return steps.filter((step) => !(ends(step) && replaced.has(step.resource)));
}

function stepText(plan: HashedPlan, step: Step, width: number, paint: Paint, outline: boolean): string[] {
  const { symbol, tone } = operations[step.operation];
  const place = placeOfStep(plan, step);
  const notes = [
    !isSamePlace(place, plan) && `in ${place.account}/${place.region}`,
    step.act && `${step.act.verb}; harm: ${step.act.harm}`,
    waits(step) &&
      step.shift === undefined &&
      `health checks must hold for ${duration(step.bakeSeconds ?? 0)}`,
    step.shift && shiftNote(step.shift, waits(step)),
    losesData(step) && paint('bad', 'holds data'),
    step.inverse.irreversible && paint('warn', `can't be undone: ${step.inverse.irreversible}`),
  ].filter(Boolean);
  const line = `${paint(tone, symbol.padStart(4))} ${pad(step.resource, width)}  ${paint('quiet', step.type)}`;
  const head = notes.length > 0 ? `${line}  (${notes.join('; ')})` : line;
  if (outline) return [head];
  return [
    head,
    ...(creates(step) ? propertiesOf('+', 'good', step.desired, paint, false) : []),
    ...(step.changes ?? []).flatMap((change) => changeText(change, paint)),
    ...declaredText(step, paint, false),
    ...keptText(step.kept, paint),
  ];
}
