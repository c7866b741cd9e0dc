import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRecord, StepRecord } from '../../ledger/records.ts';
import type { ChangeEntryKey } from '../../model/audit-entries.ts';

/** A failed attempt of a step that was or will be retried. */
export interface Retry {
  /** The index of the step in its plan. */
  index: number;
  /** The number of the failed attempt, from 1. */
  attempt: number;
  error: { code: string; message: string };
  atSeconds: number;
  /** When the next attempt is due. Absent if only the audit trail contains the retry. */
  nextAtSeconds?: number;
}

/** Retries that were already read. Entries of the audit trail never change. */
export type KnownRetries = Map<string, Retry>;

/**
 * Returns the retries of a run. A step's journal contains only its latest error, until the next attempt starts. The
 * audit trail contains all of them.
 */
export async function readRetries(
  ledger: Pick<Ledger, 'entry'>,
  { runId, changeId }: Pick<RunRecord, 'runId' | 'changeId'>,
  steps: readonly StepRecord[],
  known: KnownRetries,
): Promise<Retry[]> {
  const wanted = steps.flatMap(({ index, failures = 0 }) =>
    Array.from({ length: failures }, (_, before) => ({ index, attempt: before + 1 })),
  );
  const found = await Promise.all(
    wanted.map(async ({ index, attempt }): Promise<Retry[]> => {
      const key = `StepRetried-${runId}-${index}-${attempt}` as const;
      const retry = known.get(key) ?? (await retryOf(ledger, changeId, key, { index, attempt }));
      // The last failure of a failed step is final and not a retry.
      if (retry === undefined) return [];
      known.set(key, retry);
      return [{ ...retry, nextAtSeconds: nextAt(steps, retry) }];
    }),
  );
  return found.flat();
}

async function retryOf(
  ledger: Pick<Ledger, 'entry'>,
  changeId: string,
  key: ChangeEntryKey,
  which: Pick<Retry, 'index' | 'attempt'>,
): Promise<Retry | undefined> {
  const entry = await ledger.entry(changeId, key);
  if (entry === undefined) return undefined;
  const { code, message } = entry.detail;
  return {
    ...which,
    error: { code: String(code), message: String(message) },
    atSeconds: Date.parse(entry.at) / 1000,
  };
}

function nextAt(steps: readonly StepRecord[], { index, attempt }: Retry): number | undefined {
  const record = steps.find((step) => step.index === index);
  return record?.failures === attempt ? record.retryAtSeconds : undefined;
}
