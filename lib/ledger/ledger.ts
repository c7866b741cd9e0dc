import { absent, type Condition, ConditionFailed } from '../dynamodb/table.ts';
import type { Decision } from '../model/change.ts';
import { type AuditEntry, append, type ChainedEntry } from './audit-chain.ts';
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

/** Requests, changes, runs and steps: the record of what was decided and done. */
export class Ledger extends Runs {
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
    return required(await this.findRequest(requestId), `request ${requestId}`);
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
        set: { ...set, openPk: endedRequests },
        condition: requestIsOpen,
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

  /** Requests that have ended, those submitted last first; eventually consistent. */
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

  /** The entry of this key on the change's audit chain. */
  async entry(changeId: string, key: string): Promise<ChainedEntry | undefined> {
    const chain = changeChain(changeId);
    const marker = await this.table.get<{ number: number }>(ledgerKeys.chainMarker(chain, key));
    return marker && this.table.get<ChainedEntry>(ledgerKeys.chainEntry(chain, marker.number));
  }

  /** Puts an entry on the change's audit chain; again has no effect. */
  async record(changeId: string, entry: AuditEntry): Promise<void> {
    await append(this.table, changeChain(changeId), entry);
  }
}

/** The id of the change that authorises a request. */
export function changeIdOf(requestId: string): string {
  return `CHG-${requestId}`;
}
