import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

/** Every task a machine or a rule runs; the file `lambdas/NAME.ts` and the state `Name` carry the same name. */
export const taskNames = [
  'admit',
  'plan-change',
  'evaluate-policy',
  'rehearse',
  'open-change',
  'await-approval',
  'count-decisions',
  'find-window',
  'await-window',
  'lock-scope',
  'revalidate',
  'plan-undo',
  'close-change',
  'begin-run',
  'perform',
  'register-asset',
  'record-failure',
  'close-run',
  'pump',
  'find-requests',
  'settle',
  'cancel-request',
  'front-door',
  'decision-door',
  'review-changes',
  'seal-ledger',
] as const;
export type TaskName = (typeof taskNames)[number];
export type Functions = Readonly<Record<TaskName, IFunction>>;

/** What a machine is made of: the functions its tasks call, and the machines that its row says it starts. */
export interface MachineParts<Started extends string = never> {
  functions: Functions;
  machines: Readonly<Record<Started, sfn.IStateMachine>>;
}

/** When a state was entered: the only clock a handler knows (design principle 5). */
export const enteredTime = '{% $states.context.State.EnteredTime %}';

/**
 * Where a task was called from, for the log line of its function alone ("Accessing execution data from the Context object
 * in Step Functions", Step Functions Developer Guide).
 */
const from = {
  state: '{% $states.context.State.Name %}',
  execution: '{% $states.context.Execution.Id %}',
  retries: '{% $states.context.State.RetryCount %}',
};

/** Errors a second try can't mend; Step Functions matches on the names. */
const permanentErrors = [
  'RunRefused',
  'RunFenced',
  'RunNotSettled',
  'PlanUnsound',
  'DocumentMissing',
  'RecordMissing',
  'GovernanceNotUsable',
];

/** Everything else is tried again: throttling, timeouts, crashes, malformed answers. */
export const retries: sfn.RetryProps[] = [
  { errors: permanentErrors, maxAttempts: 0 },
  {
    errors: ['States.ALL'],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 5,
    maxDelay: Duration.seconds(30),
    jitterStrategy: sfn.JitterType.FULL,
  },
];

/** Errors of the service, not of the handler: they pass, so that a task that must not give up waits them out. */
export const patientRetry: sfn.RetryProps = {
  errors: [
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
  ],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 500,
  maxDelay: Duration.seconds(60),
  jitterStrategy: sfn.JitterType.FULL,
};

export interface LambdaTaskProps {
  function: IFunction;
  comment: string;
  /** The handler's input; `now` and `from` are added, and `taskToken` where the task waits for one. */
  payload: Record<string, unknown>;
  /** Variables kept from the handler's answer: variable name → field of the answer. */
  keep?: Record<string, string>;
  /** What its output is about: ids that are known before it runs. */
  about?: Record<string, unknown>;
  /** Fields of the handler's answer that its output shows, beside those kept. */
  tell?: string[];
  /** The whole output, where a later state reads it; else what it is about and what came of it. */
  output?: Record<string, unknown>;
  timeout?: Duration;
  /** Wait service errors out for hours. */
  patient?: boolean;
  waitForToken?: boolean;
  /** Seconds the task waits for its token, as a JSONata expression; when they are over it fails by `States.Timeout`. */
  waitSeconds?: string;
}

/** A Lambda task that passes its handler `now`, keeps what it names and tries again what may pass. */
export function lambdaTask(scope: Construct, name: string, props: LambdaTaskProps): tasks.LambdaInvoke {
  const payload = { ...props.payload, now: enteredTime, from };
  const task = tasks.LambdaInvoke.jsonata(scope, name, {
    comment: props.comment,
    lambdaFunction: props.function,
    payload: sfn.TaskInput.fromObject(
      props.waitForToken ? { ...payload, taskToken: '{% $states.context.Task.Token %}' } : payload,
    ),
    integrationPattern: props.waitForToken
      ? sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN
      : sfn.IntegrationPattern.REQUEST_RESPONSE,
    taskTimeout:
      props.waitSeconds === undefined
        ? sfn.Timeout.duration(props.timeout ?? Duration.minutes(2))
        : sfn.Timeout.jsonata(`{% ${props.waitSeconds} %}`),
    retryOnServiceExceptions: false,
    assign: mapValues(props.keep, (field) => `{% $states.result.Payload.${field} %}`),
    outputs: props.output ?? {
      ...props.about,
      ...(props.waitForToken
        ? { woken: '{% $states.result %}' }
        : answers([...Object.values(props.keep ?? {}), ...(props.tell ?? [])])),
    },
  });
  // That the time is over is what it waited for: no failure, and no reason to wait as long again.
  if (props.waitSeconds !== undefined) task.addRetry({ errors: ['States.Timeout'], maxAttempts: 0 });
  for (const retry of props.patient ? [patientRetry, ...retries] : retries) task.addRetry(retry);
  return task;
}

/**
 * Starting an execution is tried again when the call itself failed; an execution that ran and failed is not run
 * again. A name makes the second start find the first.
 */
const startRetry: sfn.RetryProps = {
  errors: [
    'StepFunctions.ThrottlingException',
    'StepFunctions.ExecutionLimitExceeded',
    'StepFunctions.SdkClientException',
  ],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 5,
  maxDelay: Duration.seconds(30),
  jitterStrategy: sfn.JitterType.FULL,
};

export interface NestedExecutionProps {
  comment: string;
  name?: string;
  input: Record<string, unknown>;
  assign?: Record<string, unknown>;
  /** Keep the nested execution's `status` as `$runStatus`. */
  keepStatus?: boolean;
  /** What its output is about, beside the execution that was started. */
  about: Record<string, unknown>;
}

/** Starts a machine and waits for its end. */
export function nestedExecution(
  scope: Construct,
  id: string,
  stateMachine: sfn.IStateMachine,
  props: NestedExecutionProps,
): tasks.StepFunctionsStartExecution {
  const task = tasks.StepFunctionsStartExecution.jsonata(scope, id, {
    comment: props.comment,
    stateMachine,
    integrationPattern: sfn.IntegrationPattern.RUN_JOB,
    name: props.name,
    input: sfn.TaskInput.fromObject(props.input),
    assign: props.keepStatus
      ? { ...props.assign, runStatus: '{% $states.result.Output.status %}' }
      : props.assign,
    outputs: {
      ...props.about,
      execution: '{% $states.result.ExecutionArn %}',
      ...(props.keepStatus && { status: '{% $states.result.Output.status %}' }),
    },
  });
  task.addRetry(startRetry);
  return task;
}

/**
 * A choice as a table of condition, answer and next state; `otherwise` where none holds. `comment` is the question, and
 * the output is the input with the answer.
 */
export function choice(
  scope: Construct,
  name: string,
  comment: string,
  [noneHolds, otherwise]: [answer: string, next: sfn.IChainable],
  rows: [condition: string, answer: string, next: sfn.IChainable][],
): sfn.Choice {
  const outputs = (answer: string) => `{% $merge([$states.input, ${JSON.stringify({ answer })}]) %}`;
  const state = sfn.Choice.jsonata(scope, name, { comment, outputs: outputs(noneHolds) });
  for (const [condition, answer, next] of rows)
    state.when(sfn.Condition.jsonata(`{% ${condition} %}`), next, { outputs: outputs(answer) });
  return state.otherwise(otherwise);
}

/** Fields of a handler's answer, each under its name. */
function answers(fields: string[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field, `{% $states.result.Payload.${field} %}`]));
}

function mapValues(record: Record<string, string> | undefined, change: (value: string) => string) {
  if (record === undefined) return undefined;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
