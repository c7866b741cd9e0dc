import { ConditionFailed, type Write } from '../../dynamodb/table.ts';
import { appendWrites, chainHead } from '../../ledger/audit-chain.ts';
import { changeChain } from '../../ledger/keys.ts';
import { RunFenced } from '../../ledger/ledger.ts';
import type { StepRecord } from '../../ledger/records.ts';
import type { EntryOf } from '../../model/audit-entries.ts';
import { stored } from './outcomes.ts';
import type { PumpServices } from './services.ts';
import type { RunContext, StepContext } from './step-context.ts';

/** What a step is about to send, as stored in the ledger. */
export interface Prepared {
  context: StepContext;
  record: Partial<StepRecord> & Pick<Required<StepRecord>, 'intent'>;
}

/** Writes intents before effects: the calls are stored in the ledger in one transaction with the fence. */
export async function writeIntents(
  { services: { ledger, documents }, view, now }: RunContext<Pick<PumpServices, 'ledger' | 'documents'>>,
  prepared: Prepared[],
): Promise<void> {
  const { run } = view;
  const first = prepared[0];
  if (first === undefined) return;
  const chain = changeChain(run.changeId);
  const started = prepared.map(({ context: { step }, record }) => ({
    step: step.id,
    type: step.type,
    operation: step.operation,
    payloadHash: record.intent.payloadHash,
    clientToken: record.intent.clientToken,
  }));
  const key = `StepsStarted-${run.runId}-${run.fence}-${first.context.index}`;
  const entry: EntryOf<'StepsStarted'> = {
    key,
    event: 'StepsStarted',
    actor: 'baton',
    at: now,
    capsule: run.capsuleHash,
    detail: { runId: run.runId, started },
  };
  const intents = await Promise.all(
    prepared.map(async ({ context: { index }, record }): Promise<Write> => {
      return ledger.stepUpdate(run.runId, index, { set: await stored(documents, record) });
    }),
  );
  const head = await chainHead(ledger.table, chain);
  try {
    await ledger.table.transact([
      ledger.fenceCheck(run),
      ...appendWrites(ledger.table, chain, head, entry),
      ...intents,
    ]);
  } catch (error) {
    if (error instanceof ConditionFailed && error.failed.includes(0))
      throw new RunFenced(`Run ${run.runId} no longer has fence ${run.fence}.`);
    throw error;
  }
  for (const { context, record } of prepared) view.steps[context.index] = { ...context.record, ...record };
}
