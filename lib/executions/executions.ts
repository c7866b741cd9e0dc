import {
  DescribeExecutionCommand,
  type ExecutionStatus,
  ListExecutionsCommand,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';

/** Reads and stops executions of Baton's state machines. */
export class Executions {
  readonly #client: SFNClient;

  constructor(client: SFNClient) {
    this.#client = client;
  }

  /** Returns the status of an execution, or undefined if it doesn't exist. */
  async status(executionArn: string): Promise<ExecutionStatus | undefined> {
    try {
      const answer = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
      return answer.status;
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
      throw error;
    }
  }

  /** Stops a running execution. Does nothing if it has ended or doesn't exist. */
  async stop(executionArn: string, cause: string): Promise<void> {
    if ((await this.status(executionArn)) !== 'RUNNING') return;
    await this.#client.send(new StopExecutionCommand({ executionArn, error: 'Settled', cause }));
  }

  /** Returns the ARNs of a machine's running executions whose names start with `prefix`. */
  async running(stateMachineArn: string, prefix: string): Promise<string[]> {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const command: ListExecutionsCommand = new ListExecutionsCommand({
        stateMachineArn,
        statusFilter: 'RUNNING',
        nextToken,
      });
      const answer = await this.#client.send(command);
      for (const execution of answer.executions ?? [])
        if (execution.name?.startsWith(prefix) && execution.executionArn) arns.push(execution.executionArn);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return arns;
  }
}
