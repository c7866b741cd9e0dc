import { removes } from '../../model/operations.ts';
import type { Operation } from '../../model/plan.ts';
import { changeStep, seconds } from './outcomes.ts';
import type { StepContext } from './step-context.ts';
import { beginVerifying } from './verification.ts';

/** Starts a step that calls no provider, and records its outcome. One that takes values evaluates them (`judgePayload`). */
type Performer = (context: StepContext) => Promise<undefined>;

/** How operations without a provider call are performed. One without a row ends at once. */
export const performers: Readonly<Partial<Record<Operation, Performer>>> = { verify: beginVerifying };

export function performWithoutCall(context: StepContext): Promise<undefined> {
  return (performers[context.step.operation] ?? endAtOnce)(context);
}

/** Completes a step without a call when it starts. */
export async function endAtOnce(context: StepContext): Promise<undefined> {
  const { step, now } = context;
  const at = seconds(now);
  await changeStep(context, {
    ...{ status: 'Succeeded', identifier: step.identifier, startedAtSeconds: at, finishedAtSeconds: at },
    ...(removes(step) ? { note: 'nothing sent: the resource no longer exists' } : {}),
  });
}
