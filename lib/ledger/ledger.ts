import {
  absent,
  type Condition,
  ConditionFailed,
  type Table,
  type Update,
  type Write,
} from '../dynamodb/table.ts';
import type { Decision } from '../model/change.ts';
import { BatonError } from '../model/errors.ts';
import { type AuditEntry, append } from './audit-chain.ts';
import { type ChangeList, changeChain, changeListOf, ledgerKeys, openIndex, openRequests } from './keys.ts';
import type { ChangeRecord, RequestRecord, RunRecord, StepRecord } from './records.ts';

/** The ledger holds no such request, change or run. */
export class RecordMissing extends BatonError {
  override readonly name = 'RecordMissing';
}

/** The run has been settled or taken over: who gets this may call no provider any more. */
export class RunFenced extends BatonError {
  override readonly name = 'RunFenced';
}

/** A run that should be at rest is not: nothing may be concluded from it yet. */
export class RunNotSettled extends BatonError {
  override readonly name = 'RunNotSettled';
}

/** @throws RunNotSettled while operations of the run may still be under way */
export function requireAtRest(run: Pick<RunRecord, 'runId' | 'status'> | undefined): void {
  if (run?.status === 'Running' || run?.status === 'Settling')
    throw new RunNotSettled(`Run ${run.runId} is ${run.status}: what it has in flight is not known yet.`);
}

/** Requests, changes, runs and steps: the record of what was decided and done. */
export class Ledger {
  readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  /**
   * Takes a request in; false if another execution has it already, or the door has given its id to somebody and the
   * request does not come from there. Doing it again has one effect.
   */
  async admit(request: RequestRecord, { byDoor = true } = {}): Promise<boolean> {
    const { table } = this;
    const open = { openPk: openRequests, openSk: `${request.createdAt}#${request.requestId}` };
    try {
      await this.table.transact([
        {
          table: this.table,
          put: { ...ledgerKeys.request(request.requestId), ...request, ...open },
          condition: absent,
        },
        {
          table: this.table,
          put: { ...ledgerKeys.execution(request.executionArn), requestId: request.requestId },
        },
        ...(byDoor ? [] : [{ table, check: ledgerKeys.asked(request.requestId), condition: absent }]),
      ]);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return (await this.findRequest(request.requestId))?.executionArn === request.executionArn;
    }
  }

  /** @throws RecordMissing */
  async request(requestId: string): Promise<RequestRecord> {
    return this.#required(await this.findRequest(requestId), `request ${requestId}`);
  }

  async findRequest(requestId: string): Promise<RequestRecord | undefined> {
    return this.table.get<RequestRecord>(ledgerKeys.request(requestId));
  }

  async requestOfExecution(executionArn: string): Promise<string | undefined> {
    const item = await this.table.get<{ requestId: string }>(ledgerKeys.execution(executionArn));
    return item?.requestId;
  }

  /** Notes the execution as the request's, so that its death is traced to the request. */
  async noteExecution(executionArn: string, requestId: string): Promise<void> {
    await this.table.put({ ...ledgerKeys.execution(executionArn), requestId });
  }

  /** Sets fields of a request. @throws ConditionFailed */
  async updateRequest(
    requestId: string,
    set: Partial<RequestRecord>,
    condition?: Condition,
  ): Promise<RequestRecord> {
    return this.table.update<RequestRecord>({ key: ledgerKeys.request(requestId), set, condition });
  }

  /** Ends a request; a request that has ended keeps its end. */
  async closeRequest(requestId: string, set: Partial<RequestRecord>): Promise<RequestRecord> {
    try {
      return await this.table.update<RequestRecord>({
        key: ledgerKeys.request(requestId),
        set,
        remove: ['openPk', 'openSk'],
        condition: { expression: 'attribute_exists(openPk)' },
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return this.request(requestId);
    }
  }

  /** Requests that have not ended, oldest first. */
  async openRequests(limit?: number): Promise<RequestRecord[]> {
    return this.table.query<RequestRecord>(openRequests, { index: openIndex, limit });
  }

  /** @throws RecordMissing */
  async change(changeId: string): Promise<ChangeRecord> {
    return this.#required(
      await this.table.get<ChangeRecord>(ledgerKeys.change(changeId)),
      `change ${changeId}`,
    );
  }

  async findChange(changeId: string): Promise<ChangeRecord | undefined> {
    return this.table.get<ChangeRecord>(ledgerKeys.change(changeId));
  }

  /** Stands in the index by how far it is: `changes` lists it there, newest last. */
  async putChange(change: ChangeRecord): Promise<void> {
    const listed = { openPk: changeListOf(change.status), openSk: `${change.openedAt}#${change.changeId}` };
    await this.table.put({ ...ledgerKeys.change(change.changeId), ...change, ...listed });
  }

  /** Changes of one list, newest first; eventually consistent. */
  async changes(list: ChangeList, limit?: number): Promise<ChangeRecord[]> {
    return this.table.query<ChangeRecord>(list, { index: openIndex, limit, newestFirst: true });
  }

  /** What was decided on a change, whichever capsule of it. */
  async decisions(changeId: string): Promise<Decision[]> {
    return this.table.query<Decision>(ledgerKeys.decision(changeId, '', '').pk, {});
  }

  /** Keeps the token of the task that waits for this change. */
  async keepToken(changeId: string, token: string): Promise<void> {
    await this.table.put({ ...ledgerKeys.wait(changeId), token });
  }

  async waitingToken(changeId: string): Promise<string | undefined> {
    return (await this.table.get<{ token: string }>(ledgerKeys.wait(changeId)))?.token;
  }

  /** @throws RecordMissing */
  async run(runId: string): Promise<RunRecord> {
    return this.#required(await this.findRun(runId), `run ${runId}`);
  }

  async findRun(runId: string): Promise<RunRecord | undefined> {
    return this.table.get<RunRecord>(ledgerKeys.run(runId));
  }

  /**
   * Begins a run, in one transaction with the check that its request is open and nobody has begun to close it.
   * Beginning it again changes nothing.
   * @throws ConditionFailed where the request is closed or closing
   */
  async beginRun(run: RunRecord): Promise<void> {
    const { table } = this;
    const open = 'attribute_exists(openPk) AND attribute_not_exists(closing)';
    try {
      await table.transact([
        { table, put: { ...ledgerKeys.run(run.runId), ...run }, condition: absent },
        { table, check: ledgerKeys.request(run.requestId), condition: { expression: open } },
      ]);
    } catch (error) {
      const begun = error instanceof ConditionFailed && error.failed.join() === '0';
      if (!begun) throw error;
    }
  }

  /** Takes the next tick of a running run: raises its fence and counts. @throws RunFenced */
  async claimTick(runId: string): Promise<RunRecord> {
    return this.#fencedUpdate({
      key: ledgerKeys.run(runId),
      add: { fence: 1, ticks: 1 },
      condition: runningCondition(),
    });
  }

  /** Stops new starts of a run. */
  async stopRun(runId: string, why: string): Promise<void> {
    await this.#fencedUpdate({
      key: ledgerKeys.run(runId),
      setOnce: { stopping: why },
      condition: { expression: 'attribute_exists(pk)' },
    });
  }

  /** Ends a run and fences off whoever still works on it. */
  async endRun(runId: string, status: RunRecord['status'], at: string): Promise<RunRecord> {
    return this.table.update<RunRecord>({
      key: ledgerKeys.run(runId),
      set: { status },
      setOnce: { endedAt: at },
      add: { fence: 1 },
      condition: { expression: 'attribute_exists(pk)' },
    });
  }

  /** A write that fails unless the run still runs at this fence: stands before every provider call. */
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

  async step(runId: string, index: number): Promise<StepRecord | undefined> {
    return this.table.get<StepRecord>(ledgerKeys.step(runId, index));
  }

  /** The steps of these indexes that have begun in any way, in no order. */
  async someSteps(runId: string, indexes: number[]): Promise<StepRecord[]> {
    return this.table.getAll<StepRecord>(indexes.map((index) => ledgerKeys.step(runId, index)));
  }

  /** Steps of a run that have begun in any way, in order. */
  async steps(runId: string): Promise<StepRecord[]> {
    return this.table.query<StepRecord>(`RUN#${runId}`, { prefix: 'STEP#' });
  }

  stepUpdate(runId: string, index: number, change: Omit<Update, 'key'>): Write {
    return { table: this.table, update: this.#stepUpdate(runId, index, change) };
  }

  /** Changes a step's journal and returns it as it is afterwards. @throws ConditionFailed */
  async updateStep(runId: string, index: number, change: Omit<Update, 'key'>): Promise<StepRecord> {
    return this.table.update<StepRecord>(this.#stepUpdate(runId, index, change));
  }

  /** Puts an entry on the change's audit chain; again has no effect. */
  async record(changeId: string, entry: AuditEntry): Promise<void> {
    await append(this.table, changeChain(changeId), entry);
  }

  #stepUpdate(runId: string, index: number, change: Omit<Update, 'key'>): Update {
    return { key: ledgerKeys.step(runId, index), ...change, setOnce: { index, ...change.setOnce } };
  }

  async #fencedUpdate(update: Update): Promise<RunRecord> {
    try {
      return await this.table.update<RunRecord>(update);
    } catch (error) {
      if (error instanceof ConditionFailed) throw new RunFenced(`${update.key.pk} is not running any more.`);
      throw error;
    }
  }

  #required<T>(record: T | undefined, what: string): T {
    if (record === undefined) throw new RecordMissing(`The ledger holds no ${what}.`);
    return record;
  }
}

function runningCondition() {
  return {
    expression: '#status = :running',
    names: { '#status': 'status' },
    values: { ':running': 'Running' } as Record<string, unknown>,
  };
}

/** The id of the change that authorises a request. */
export function changeIdOf(requestId: string): string {
  return `CHG-${requestId}`;
}
