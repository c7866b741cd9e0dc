import type { Documents } from '../../documents/documents.ts';
import { spilled } from '../../documents/spill.ts';
import type { StepRecord } from '../../ledger/records.ts';
import { sha256 } from '../../model/json.ts';
import { isFinal } from '../../model/run.ts';
import type { PumpServices } from './services.ts';
import type { StepContext } from './step-context.ts';

/** Number of operations that may fail before a step fails, and of consecutive calls that may not be accepted. */
export const failuresAllowed = 5;
export const refusalsAllowed = 20;

type JournalContext = StepContext<Pick<PumpServices, 'ledger' | 'tokens' | 'documents'>>;

/** Fields of a step's journal that may be large. */
const largeFields = ['applied', 'preImage', 'attributes', 'patch'] as const;

/** Returns a step's journal in its stored form. */
export function stored<T extends Partial<StepRecord>>(documents: Documents, record: T): Promise<T> {
  return spilled(documents, record, [...largeFields]);
}

/** Updates a step's journal and the view's copy of it. A step that becomes final wakes its child execution. */
export async function changeStep(
  { services: { ledger, tokens, documents }, view, index }: JournalContext,
  set: Partial<StepRecord>,
  remove: (keyof StepRecord)[] = [],
): Promise<void> {
  const change = { set: await stored(documents, set), remove };
  const { status } = await ledger.updateStep(view.run.runId, index, change);
  const gone = Object.fromEntries(remove.map((name) => [name, undefined]));
  view.steps[index] = { index, ...view.steps[index], ...set, ...gone, status };
  if (!isFinal(status)) return;
  const { taskToken } = (await ledger.task(view.run.runId, index)) ?? {};
  if (taskToken !== undefined) await tokens.succeed(taskToken, { status });
}

/** Fails a step: nothing more starts, and operations in progress complete. */
export async function failStep(
  context: JournalContext,
  error: { code: string; message: string },
  found: Partial<StepRecord> = {},
): Promise<void> {
  const { services, view, index, step, now } = context;
  const why = `${step.id} failed: ${error.code}: ${error.message}`;
  await services.ledger.stopRun(view.run.runId, why.slice(0, 2048));
  view.run = { ...view.run, stopping: view.run.stopping ?? why };
  await services.ledger.record(view.run.changeId, {
    key: `StepFailed-${view.run.runId}-${index}`,
    event: 'StepFailed',
    actor: 'baton',
    at: now,
    capsule: view.run.capsuleHash,
    reason: error.message,
    detail: { runId: view.run.runId, step: step.id, ...error },
  });
  const finishedAtSeconds = seconds(now);
  await changeStep(context, { ...found, status: 'Failed', error, finishedAtSeconds });
}

/**
 * Lets a step wait for its next attempt, with exponential backoff. The jitter is derived from the step and the attempt,
 * so that a run can be replayed exactly.
 */
export async function retryStep(
  context: JournalContext,
  error: { code: string; message: string },
  counts: Pick<StepRecord, 'failures' | 'refusals'>,
): Promise<void> {
  const { services, view, index, step, now } = context;
  const { failures = 0, operationToken } = context.record;
  // A failed operation is recorded. A call that was not accepted had no effect.
  if ((counts.failures ?? 0) > failures)
    await services.ledger.record(view.run.changeId, {
      key: `StepRetried-${view.run.runId}-${index}-${counts.failures}`,
      event: 'StepRetried',
      actor: 'baton',
      at: now,
      capsule: view.run.capsuleHash,
      reason: error.message,
      detail: {
        runId: view.run.runId,
        step: step.id,
        operationToken,
        ...error,
        ...counts,
      },
    });
  const tries = (counts.failures ?? 0) + (counts.refusals ?? 0);
  const longest = Math.min(60, 2 ** tries);
  const jitter = Number.parseInt(sha256(`${view.run.runId} ${index} ${tries}`).slice(0, 8), 16) / 0xffffffff;
  const retryAtSeconds = seconds(now) + longest * (0.5 + jitter / 2);
  await changeStep(context, { status: 'Waiting', error, retryAtSeconds, ...counts }, ['operationToken']);
}

export function seconds(instant: string): number {
  return Date.parse(instant) / 1000;
}
