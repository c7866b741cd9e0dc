import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** The token's task has ended already: nobody waits for it any more. */
const endedTasks: ReadonlySet<string> = new Set(['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken']);

/** Completes tasks that wait for their token. A token wakes, it never decides (design principle 1). */
export class TaskTokens {
  readonly #client: SFNClient;

  constructor(client: SFNClient) {
    this.#client = client;
  }

  /** Wakes the task; false if it has ended already. */
  async succeed(token: string): Promise<boolean> {
    return sent(this.#client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' })));
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
