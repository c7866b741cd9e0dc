import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { StepStatus } from '../model/run.ts';

/** Errors that mean that the token's task has already ended. */
const endedTasks: ReadonlySet<string> = new Set(['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken']);

/** Why a task that waited for people or for a lock continues. */
export type WakeReason = 'DecisionRecorded' | 'CancellationRequested' | 'LockAcquired' | 'NothingToWaitFor';
/** The output of a woken task, for people. No state reads it. */
export type Woken = { reason: WakeReason } | { status: StepStatus };

/** Completes tasks that wait for their token. A token only wakes a task; the ledger decides (design principle 1). */
export class TaskTokens {
  readonly #client: SFNClient;

  constructor(client: SFNClient) {
    this.#client = client;
  }

  /** Wakes the task. Returns false if it has already ended. */
  async succeed(token: string, woken: Woken): Promise<boolean> {
    const output = JSON.stringify(woken);
    return sent(this.#client.send(new SendTaskSuccessCommand({ taskToken: token, output })));
  }
}

async function sent(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Error && endedTasks.has(error.name)) return false;
    throw error;
  }
}
