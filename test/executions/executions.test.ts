import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Executions } from '../../lib/executions/executions.ts';
import { TaskTokens } from '../../lib/executions/task-tokens.ts';

const stepFunctions = new SFNClient({ region: 'us-east-1' });
// The instance, not the class: other test files share this process.
const client = mockClient(stepFunctions);
beforeEach(() => {
  client.reset();
});
const executions = new Executions(stepFunctions);
const tokens = new TaskTokens(stepFunctions);
const named = (name: string) => Object.assign(new Error(name), { name });

describe('an execution', () => {
  it('that does not exist has no status and is not stopped', async () => {
    client.on(DescribeExecutionCommand).rejects(named('ExecutionDoesNotExist'));
    expect(await executions.status('arn')).toBeUndefined();
    await executions.stop('arn', 'why');
    expect(client.commandCalls(StopExecutionCommand)).toEqual([]);
  });
  it("that can't be read throws", async () => {
    client.on(DescribeExecutionCommand).rejects(named('ThrottlingException'));
    await expect(executions.status('arn')).rejects.toThrow('ThrottlingException');
  });
  it('that has ended is not stopped', async () => {
    client.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' });
    await executions.stop('arn', 'why');
    expect(client.commandCalls(StopExecutionCommand)).toEqual([]);
  });
  it('that is running is stopped with a cause', async () => {
    client.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
    client.on(StopExecutionCommand).resolves({});
    await executions.stop('arn', 'why');
    expect(client.commandCalls(StopExecutionCommand)[0]?.args[0].input).toMatchObject({
      executionArn: 'arn',
      cause: 'why',
    });
  });
  it('is found by its prefix on any page', async () => {
    const page = (...names: string[]) => ({
      executions: names.map((name) => ({
        name,
        executionArn: `arn:${name}`,
        stateMachineArn: 'm',
        status: 'RUNNING' as const,
        startDate: new Date(0),
      })),
    });
    client
      .on(ListExecutionsCommand)
      .resolvesOnce({ ...page('run-1-a', 'other'), nextToken: 'more' })
      .resolvesOnce(page('run-1-b', 'run-2'));
    expect(await executions.running('m', 'run-1')).toEqual(['arn:run-1-a', 'arn:run-1-b']);
  });
});

describe('a task that waits for its token', () => {
  for (const gone of ['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken'])
    it(`and has ended (${gone}) is not woken, without an error`, async () => {
      client.on(SendTaskSuccessCommand).rejects(named(gone));
      expect(await tokens.succeed('token', { reason: 'LockAcquired' })).toBe(false);
    });
  it("and can't be reached throws", async () => {
    client.on(SendTaskSuccessCommand).rejects(named('AccessDeniedException'));
    await expect(tokens.succeed('token', { reason: 'LockAcquired' })).rejects.toThrow('AccessDenied');
  });
  it('gets the reason for the wake-up, and nothing that a state could decide by', async () => {
    client.on(SendTaskSuccessCommand).resolves({});
    expect(await tokens.succeed('token', { reason: 'LockAcquired' })).toBe(true);
    expect(client.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
      taskToken: 'token',
      output: '{"reason":"LockAcquired"}',
    });
    expect(client.commandCalls(SendTaskFailureCommand)).toEqual([]);
  });
});
