/** Runs recorded executions of state machines on the local Step Functions and compares outcome and history. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { createClock } from '../../lib/local/clock.ts';
import { StepFunctions } from '../../lib/local/step-functions/service.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { compareHistories, simplifyHistory } from './asl-history.ts';
import { trivialLambdas } from './asl-lambdas.ts';
import { createMatcher, type Matcher } from './wildcards.ts';

const json = z.json() as z.ZodType<JsonValue>;

const CASE = z.object({
  id: z.string(),
  expected: z.object({
    status: z.string(),
    output: json.optional(),
    error: z.string().optional(),
    cause: z.string().optional(),
    causeJson: json.optional(),
  }),
  expected_history: z.array(z.record(z.string(), json)).optional(),
  definition: json,
  definition_jsonata_port: json.optional(),
  input: json,
  history_order: z.string().optional(),
  expected_placeholders: z.array(z.string()).optional(),
  lambdas: z.record(z.string(), z.object({ behaviour: z.record(z.string(), json) })).optional(),
  /** An express machine keeps no history and no lasting name. */
  kind: z.string().optional(),
});

export type AslCase = z.infer<typeof CASE>;

export interface Verdict {
  id: string;
  /** Undefined if the case passes. */
  difference: { expected: JsonValue; got: JsonValue } | undefined;
}

/** `FILE [--history]`. Returns the exit status. */
export async function run(args: string[]): Promise<number> {
  const file = args.find((arg) => !arg.startsWith('--'));
  if (file === undefined) {
    console.error('usage: npm run conformance -- asl FILE [--history]');
    return 2;
  }
  const verdicts = await judgeFile(file, args.includes('--history'));
  const wrong = verdicts.filter(({ difference }) => difference !== undefined);
  for (const { id, difference } of wrong) {
    console.log(
      `${id}\n  expected ${JSON.stringify(difference?.expected)}\n  got      ${JSON.stringify(difference?.got)}`,
    );
  }
  console.log(`${verdicts.length - wrong.length} of ${verdicts.length}`);
  return wrong.length === 0 ? 0 : 1;
}

/** Returns one verdict for each case of the file, in order. */
export async function judgeFile(file: string, withHistory: boolean): Promise<Verdict[]> {
  const cases = z.array(CASE).parse(JSON.parse(readFileSync(file, 'utf8')));
  const verdicts: Verdict[] = [];
  for (const one of cases) verdicts.push(await judge(one, withHistory));
  return verdicts;
}

async function judge(one: AslCase, withHistory: boolean): Promise<Verdict> {
  const matches = createMatcher(one.expected_placeholders ?? []);
  try {
    const { outcome, history } = await execute(one);
    const outcomeDiffers = compareOutcome(one.expected, outcome, matches);
    if (outcomeDiffers)
      return { id: one.id, difference: { expected: one.expected as JsonObject, got: outcome } };
    if (!withHistory || one.expected_history === undefined) return { id: one.id, difference: undefined };
    const normalized = one.history_order === 'parallel-normalised';
    return { id: one.id, difference: compareHistories(one.expected_history, history, matches, normalized) };
  } catch (error) {
    return { id: one.id, difference: { expected: one.expected as JsonObject, got: String(error) } };
  }
}

async function execute(one: AslCase): Promise<{ outcome: JsonObject; history: JsonObject[] }> {
  const clock = createClock();
  const service = new StepFunctions({ clock, integrations: trivialLambdas(one.lambdas ?? {}) });
  const { stateMachineArn } = service.createStateMachine({
    name: '<ArnPart_0idx>',
    definition: one.definition_jsonata_port ?? one.definition,
    roleArn: 'snf_role_arn',
  });
  clock.start();
  const input = JSON.stringify(one.input);
  const execution = service.startExecution({ stateMachineArn, name: '<ExecArnPart_0idx>', input });
  await execution.outcome();
  clock.stop();
  const { status, output, error, cause } = execution;
  const outcome: JsonObject = { status };
  if (output !== undefined) outcome.output = output.value;
  if (error !== undefined) outcome.error = error;
  if (cause !== undefined) outcome.cause = cause;
  return { outcome, history: simplifyHistory(service.history(execution.executionArn)) };
}

function compareOutcome(expected: AslCase['expected'], got: JsonObject, matches: Matcher): boolean {
  const { causeJson, ...rest } = expected;
  const wanted: JsonObject = rest as JsonObject;
  if (causeJson === undefined) return !matches(wanted, got);
  const { cause, ...others } = got;
  const parsed = typeof cause === 'string' ? (JSON.parse(cause) as JsonValue) : null;
  return !matches(wanted, others) || !matches(causeJson, parsed);
}
