import {
  DescribeMapRunCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ExecutionCounts } from './request-report.ts';

const nothing: ExecutionCounts = { stateTransitions: 0, historyEvents: 0 };

/** Number of executions whose histories are read concurrently. */
const together = 8;

/** Combines the counts of several executions: the sum of transitions, and the longest history. */
export function combined(counts: readonly ExecutionCounts[]): ExecutionCounts {
  return counts.reduce(
    (sum, { stateTransitions, historyEvents }) => ({
      stateTransitions: sum.stateTransitions + stateTransitions,
      historyEvents: Math.max(sum.historyEvents, historyEvents),
    }),
    nothing,
  );
}

/** Counts an execution and everything it started from their histories: nested executions and children of maps. */
export async function countExecutions(client: SFNClient, executionArn: string): Promise<ExecutionCounts> {
  const own = { stateTransitions: 0, historyEvents: 0 };
  const nested: string[] = [];
  for await (const event of historyOf(client, executionArn)) {
    own.historyEvents += 1;
    if (event.type?.endsWith('StateEntered')) own.stateTransitions += 1;
    const started = startedExecution(event);
    if (started !== undefined) nested.push(started);
    const mapRun = event.mapRunStartedEventDetails?.mapRunArn;
    if (mapRun !== undefined) nested.push(...(await childrenOf(client, mapRun)));
  }
  const counts = [own];
  for (let first = 0; first < nested.length; first += together)
    counts.push(
      ...(await Promise.all(
        nested.slice(first, first + together).map((arn) => countExecutions(client, arn)),
      )),
    );
  return combined(counts);
}

async function* historyOf(client: SFNClient, executionArn: string): AsyncGenerator<HistoryEvent> {
  let nextToken: string | undefined;
  do {
    const answer: { events?: HistoryEvent[]; nextToken?: string } = await client.send(
      new GetExecutionHistoryCommand({
        executionArn,
        nextToken,
        maxResults: 1000,
        includeExecutionData: true,
      }),
    );
    yield* answer.events ?? [];
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
}

/** Returns the ARN of the execution that a `startExecution` task started. */
function startedExecution({ taskSubmittedEventDetails: details }: HistoryEvent): string | undefined {
  if (details?.resourceType !== 'states') return undefined;
  const { ExecutionArn } = JSON.parse(details.output ?? '{}') as { ExecutionArn?: string };
  return ExecutionArn;
}

async function childrenOf(client: SFNClient, mapRunArn: string): Promise<string[]> {
  const { executionCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
  if (executionCounts?.total === 0) return [];
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer: { executions?: ExecutionListItem[]; nextToken?: string } = await client.send(
      new ListExecutionsCommand({ mapRunArn, nextToken, maxResults: 1000 }),
    );
    for (const { executionArn } of answer.executions ?? []) if (executionArn) arns.push(executionArn);
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return arns;
}
