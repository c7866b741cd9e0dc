import { absent, type Condition, ConditionFailed } from '../dynamodb/table.ts';
import type { ChangeEntry, ChangeEntryKey } from '../model/audit-entries.ts';
import type { Decision } from '../model/change.ts';
import { append, type ChainedEntry } from './audit-chain.ts';
import { required } from './errors.ts';
import {
  type ChangeList,
  changeChain,
  changeListOf,
  endedRequests,
  ledgerKeys,
  openIndex,
  openRequests,
  requestIsOpen,
} from './keys.ts';
import type { ChangeRecord, RequestRecord } from './records.ts';
import { Runs } from './runs.ts';

export { RecordMissing, RunFenced, RunNotSettled, requireAtRest } from './errors.ts';

/** Requests, changes, runs and steps: the record of decisions and actions. */
export class Ledger extends Runs {
  /**
   * Admits a request. Returns false if another execution already has it, or if the front door assigned its id to
   * another sender. Idempotent.
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
    return required(await this.findRequest(requestId), `request ${requestId}`);
  }

  async findRequest(requestId: string): Promise<RequestRecord | undefined> {
    return this.table.get<RequestRecord>(ledgerKeys.request(requestId));
  }

  async requestOfExecution(executionArn: string): Promise<string | undefined> {
    const item = await this.table.get<{ requestId: string }>(ledgerKeys.execution(executionArn));
    return item?.requestId;
  }

  /** Records the execution of a request, so that a failed execution is traced to its request. */
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

  /** Ends a request. A request that has ended keeps its end. */
  async closeRequest(requestId: string, set: Partial<RequestRecord>): Promise<RequestRecord> {
    try {
      return await this.table.update<RequestRecord>({
        key: ledgerKeys.request(requestId),
        set: { ...set, openPk: endedRequests },
        condition: requestIsOpen,
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return this.request(requestId);
    }
  }

  /** Returns requests that have not ended, oldest first. */
  async openRequests(limit?: number): Promise<RequestRecord[]> {
    return this.table.query<RequestRecord>(openRequests, { index: openIndex, limit });
  }

  /** Returns ended requests, latest submission first. Eventually consistent. */
  async endedRequests(limit: number): Promise<RequestRecord[]> {
    return this.table.query<RequestRecord>(endedRequests, { index: openIndex, limit, newestFirst: true });
  }

  /** @throws RecordMissing */
  async change(changeId: string): Promise<ChangeRecord> {
    return required(await this.table.get<ChangeRecord>(ledgerKeys.change(changeId)), `change ${changeId}`);
  }

  async findChange(changeId: string): Promise<ChangeRecord | undefined> {
    return this.table.get<ChangeRecord>(ledgerKeys.change(changeId));
  }

  /** Stores a change. `changes` lists it by status, newest last. */
  async putChange(change: ChangeRecord): Promise<void> {
    const listed = { openPk: changeListOf(change.status), openSk: `${change.openedAt}#${change.changeId}` };
    await this.table.put({ ...ledgerKeys.change(change.changeId), ...change, ...listed });
  }

  /** Returns the changes of one list, newest first. Eventually consistent. */
  async changes(list: ChangeList, limit?: number): Promise<ChangeRecord[]> {
    return this.table.query<ChangeRecord>(list, { index: openIndex, limit, newestFirst: true });
  }

  /** Returns the decisions on a change, for all of its capsules. */
  async decisions(changeId: string): Promise<Decision[]> {
    return this.table.query<Decision>(ledgerKeys.decision(changeId, '', '').pk, {});
  }

  /** Stores the token of the task that waits for this change. */
  async keepToken(changeId: string, token: string): Promise<void> {
    await this.table.put({ ...ledgerKeys.wait(changeId), token });
  }

  async waitingToken(changeId: string): Promise<string | undefined> {
    return (await this.table.get<{ token: string }>(ledgerKeys.wait(changeId)))?.token;
  }

  /** Returns the entry with this key on the change's audit chain. */
  async entry(changeId: string, key: ChangeEntryKey): Promise<ChainedEntry | undefined> {
    const chain = changeChain(changeId);
    const marker = await this.table.get<{ number: number }>(ledgerKeys.chainMarker(chain, key));
    return marker && this.table.get<ChainedEntry>(ledgerKeys.chainEntry(chain, marker.number));
  }

  /** Appends an entry to the change's audit chain. Idempotent. */
  async record(changeId: string, entry: ChangeEntry): Promise<void> {
    await append(this.table, changeChain(changeId), entry);
  }
}

/** Returns the id of the change that authorizes a request. */
export function changeIdOf(requestId: string): string {
  return `CHG-${requestId}`;
}
