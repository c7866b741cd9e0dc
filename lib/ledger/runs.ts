import { absent, ConditionFailed, type Table, type Update, type Write } from '../dynamodb/table.ts';
import { RunFenced, required } from './errors.ts';
import { ledgerKeys, requestIsOpen } from './keys.ts';
import type { RunRecord, StepRecord, TaskRecord } from './records.ts';

/**
 * Runs and the journals of their steps. Functions with different permissions write items of different partitions
 * (docs/decisions/0037-who-writes-the-journal.md), which are read as one record.
 */
export class Runs {
  readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  /** @throws RecordMissing */
  async run(runId: string): Promise<RunRecord> {
    return required(await this.findRun(runId), `run ${runId}`);
  }

  async findRun(runId: string): Promise<RunRecord | undefined> {
    const run = await this.table.get<RunRecord>(ledgerKeys.run(runId));
    return run && this.#withStop(run);
  }

  async #withStop(run: RunRecord): Promise<RunRecord> {
    const stop = await this.table.get<{ why: string }>(ledgerKeys.stop(run.runId));
    return stop === undefined ? run : { ...run, stopping: stop.why };
  }

  /**
   * Begins a run in one transaction with the check that its request is open and not closing. A rollback also marks the
   * run that it rolls back, which can have only one mark. Idempotent.
   * @throws ConditionFailed if the request is closed or closing, or if another run rolls back the same run
   */
  async beginRun(run: RunRecord, undoes?: string): Promise<void> {
    const { table } = this;
    const open = {
      ...requestIsOpen,
      expression: `${requestIsOpen.expression} AND attribute_not_exists(closing)`,
    };
    const undoneBy: Write[] =
      undoes === undefined
        ? []
        : [
            {
              table,
              update: {
                key: ledgerKeys.run(undoes),
                set: { undoneBy: run.runId },
                condition: {
                  expression: 'attribute_not_exists(undoneBy) OR undoneBy = :undo',
                  values: { ':undo': run.runId },
                },
              },
            },
          ];
    try {
      await table.transact([
        { table, put: { ...ledgerKeys.run(run.runId), ...run }, condition: absent },
        { table, check: ledgerKeys.request(run.requestId), condition: open },
        ...undoneBy,
      ]);
    } catch (error) {
      const begun = error instanceof ConditionFailed && error.failed.join() === '0';
      if (!begun) throw error;
    }
  }

  /** Claims the next tick of an active run: increments its fence and count. @throws RunFenced */
  async claimTick(runId: string): Promise<RunRecord> {
    const run = await this.#fencedUpdate({
      key: ledgerKeys.run(runId),
      add: { fence: 1, ticks: 1 },
      condition: runningCondition(),
    });
    return this.#withStop(run);
  }

  /** Prevents new starts in a run. The first reason is kept. @throws RunFenced if there is no such run */
  async stopRun(runId: string, why: string): Promise<void> {
    try {
      await this.table.transact([
        {
          table: this.table,
          check: ledgerKeys.run(runId),
          condition: { expression: 'attribute_exists(pk)' },
        },
        { table: this.table, put: { ...ledgerKeys.stop(runId), why }, condition: absent },
      ]);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (error.failed.includes(0)) throw new RunFenced(`There is no run ${runId} to stop.`);
    }
  }

  /** Ends a run and fences off all functions that still work on it. */
  async endRun(runId: string, status: RunRecord['status'], at: string): Promise<RunRecord> {
    const run = await this.table.update<RunRecord>({
      key: ledgerKeys.run(runId),
      set: { status },
      setOnce: { endedAt: at },
      add: { fence: 1 },
      condition: { expression: 'attribute_exists(pk)' },
    });
    return this.#withStop(run);
  }

  /** Returns a write that fails unless the run is active with this fence. It precedes every provider call. */
  fenceCheck(run: Pick<RunRecord, 'runId' | 'fence'>): Write {
    const { expression, names, values } = runningCondition();
    return {
      table: this.table,
      check: ledgerKeys.run(run.runId),
      condition: {
        expression: `${expression} AND #fence = :fence`,
        names: { ...names, '#fence': 'fence' },
        values: { ...values, ':fence': run.fence },
      },
    };
  }

  /** Returns a step's journal with the record of its child execution, or undefined if it has not begun. */
  async step(runId: string, index: number): Promise<StepRecord | undefined> {
    const [journal, task] = await Promise.all([
      this.table.get<StepRecord>(ledgerKeys.step(runId, index)),
      this.task(runId, index),
    ]);
    return journal === undefined && task === undefined ? undefined : merged(index, journal, task);
  }

  async task(runId: string, index: number): Promise<TaskRecord | undefined> {
    return this.table.get<TaskRecord>(ledgerKeys.task(runId, index));
  }

  /**
   * Returns the journals of all steps that have begun, in order: only what the function that calls the provider wrote.
   */
  async journal(runId: string): Promise<StepRecord[]> {
    return this.table.query<StepRecord>(`STEP#${runId}`);
  }

  /** Returns the journals of the steps with these indexes that have begun, in no particular order. */
  async someSteps(runId: string, indexes: number[]): Promise<StepRecord[]> {
    return this.table.getAll<StepRecord>(indexes.map((index) => ledgerKeys.step(runId, index)));
  }

  /** Returns the steps of a run that have begun, in order. */
  async steps(runId: string): Promise<StepRecord[]> {
    const [journals, tasks] = await Promise.all([
      this.journal(runId),
      this.table.query<TaskRecord & { index: number }>(`TASK#${runId}`),
    ]);
    const steps = new Map(journals.map((journal) => [journal.index, merged(journal.index, journal)]));
    for (const task of tasks) steps.set(task.index, merged(task.index, steps.get(task.index), task));
    return [...steps.values()].sort((a, b) => a.index - b.index);
  }

  stepUpdate(runId: string, index: number, change: Omit<Update, 'key'>): Write {
    return { table: this.table, update: numbered(ledgerKeys.step(runId, index), index, change) };
  }

  /** Updates a step's journal and returns the new record. @throws ConditionFailed */
  async updateStep(runId: string, index: number, change: Omit<Update, 'key'>): Promise<StepRecord> {
    return this.table.update<StepRecord>(numbered(ledgerKeys.step(runId, index), index, change));
  }

  taskUpdate(runId: string, index: number, change: Omit<Update, 'key'>): Write {
    return { table: this.table, update: numbered(ledgerKeys.task(runId, index), index, change) };
  }

  /** Stores the record of a step's child execution. */
  async noteTask(runId: string, index: number, set: TaskRecord): Promise<void> {
    await this.table.update(numbered(ledgerKeys.task(runId, index), index, { set: { ...set } }));
  }

  async #fencedUpdate(update: Update): Promise<RunRecord> {
    try {
      return await this.table.update<RunRecord>(update);
    } catch (error) {
      if (error instanceof ConditionFailed) throw new RunFenced(`${update.key.pk} is not running any more.`);
      throw error;
    }
  }
}

/** Returns a step for readers. The record of the child execution can't override the journal. */
function merged(index: number, journal: StepRecord | undefined, task?: TaskRecord): StepRecord {
  const { taskToken, registeredAssetId, registrationFailure, registrationRefused } = task ?? {};
  const left = Object.entries({ taskToken, registeredAssetId, registrationFailure, registrationRefused });
  return {
    index,
    status: 'Waiting',
    ...journal,
    ...Object.fromEntries(left.filter(([, value]) => value !== undefined)),
  };
}

/** Adds the index, which every item of a step contains. */
function numbered(key: Update['key'], index: number, change: Omit<Update, 'key'>): Update {
  return { key, ...change, setOnce: { index, ...change.setOnce } };
}

function runningCondition() {
  return {
    expression: '#status = :running',
    names: { '#status': 'status' },
    values: { ':running': 'Running' } as Record<string, unknown>,
  };
}
