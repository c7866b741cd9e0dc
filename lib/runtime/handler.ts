import type * as z from 'zod/mini';
import type { Counts } from '../model/metrics.ts';
import { parseInput } from './input.ts';
import { logLine } from './log-line.ts';

/** What of Lambda's context handlers use ("AWS Lambda context object in Node.js", Lambda Developer Guide). */
export interface LambdaContext {
  awsRequestId: string;
  invokedFunctionArn: string;
}

/** Where a function runs. */
export interface Home {
  account: string;
  region: string;
}

/**
 * Makes a handler: parses what comes, calls one function, and logs one line that says how it went and reports metrics.
 * What is thrown is thrown on as it is, since Step Functions matches on its name.
 *
 * @param name the file's own, `close-run`
 * @param counts metrics of this handler, from what it answers: rows of lib/model/metrics.ts
 */
export function handle<Schema extends z.core.$ZodType, Answer>(
  name: string,
  schema: Schema,
  work: (input: z.output<Schema>, home: Home) => Promise<Answer>,
  counts?: (answer: Answer, input: z.output<Schema>) => Counts,
): (event: unknown, context: LambdaContext) => Promise<Answer> {
  let coldStart = true;
  return async (event, { awsRequestId, invokedFunctionArn }) => {
    const started = performance.now();
    const log = (went: Pick<Parameters<typeof logLine>[0], 'answer' | 'failure' | 'counts'>) => {
      const durationMillis = performance.now() - started;
      const invocation = { function: name, awsRequestId, coldStart, durationMillis, event, ...went };
      // Not by the console: Lambda's writes a time and a level before the line, which is then no JSON any more.
      process.stdout.write(`${logLine({ ...invocation, endedMillis: Date.now() })}\n`);
      coldStart = false;
    };
    try {
      const input = parseInput(name, schema, event);
      const answer = await work(input, homeOf(invokedFunctionArn));
      log({ answer, counts: counts?.(answer, input) });
      return answer;
    } catch (error) {
      log({ failure: { error } });
      throw error;
    }
  };
}

function homeOf(functionArn: string): Home {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return { account, region };
}
