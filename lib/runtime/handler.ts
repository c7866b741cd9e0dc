import type * as z from 'zod/mini';
import type { Counts } from '../model/metrics.ts';
import { parseInput } from './input.ts';
import { deadlineLine, logLine } from './log-line.ts';

/** The parts of Lambda's context that handlers use ("AWS Lambda context object in Node.js", Lambda Developer Guide). */
export interface LambdaContext {
  awsRequestId: string;
  invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** The environment that a function runs in. */
export interface Home {
  account: string;
  region: string;
}

/** How long before its deadline an invocation says that it is about to time out. */
const deadlineMillis = 1000;

/**
 * Returns a handler that parses its input, calls one function, and logs one line with the outcome and metrics. Rethrows
 * errors unchanged, because Step Functions matches on their names. Lambda ends a handler at its timeout without a word,
 * so a line comes a second before.
 *
 * @param name the name of the handler's file, such as `close-run`
 * @param counts metrics of this handler, computed from its result: rows of lib/model/metrics.ts
 */
export function handle<Schema extends z.core.$ZodType, Answer>(
  name: string,
  schema: Schema,
  work: (input: z.output<Schema>, home: Home) => Promise<Answer>,
  counts?: (answer: Answer, input: z.output<Schema>) => Counts,
): (event: unknown, context: LambdaContext) => Promise<Answer> {
  let coldStart = true;
  return async (event, context) => {
    const { awsRequestId, invokedFunctionArn } = context;
    const started = performance.now();
    const log = (went: Pick<Parameters<typeof logLine>[0], 'answer' | 'failure' | 'counts'>) => {
      const durationMillis = performance.now() - started;
      write(logLine({ ...invocation, durationMillis, endedMillis: Date.now(), ...went }));
      coldStart = false;
    };
    const invocation = { function: name, awsRequestId, coldStart, event };
    const timer = setTimeout(
      () => write(deadlineLine(invocation)),
      Math.max(0, context.getRemainingTimeInMillis() - deadlineMillis),
    );
    // It must not keep a process alive whose work is done.
    timer.unref();
    try {
      const input = parseInput(name, schema, event);
      const answer = await work(input, homeOf(invokedFunctionArn));
      log({ answer, counts: counts?.(answer, input) });
      return answer;
    } catch (error) {
      log({ failure: { error } });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Lambda's console would add a time and a level before the line, so it would no longer be JSON. */
function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function homeOf(functionArn: string): Home {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return { account, region };
}
