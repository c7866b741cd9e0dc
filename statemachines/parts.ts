import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { permanentErrors } from '../lib/model/errors.ts';

/** Every task that a machine or a rule runs. The file `lambdas/NAME.ts` and the state `Name` have the same name. */
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
  'direct-traffic',
  'front-door',
  'decision-door',
  'review-changes',
  'seal-ledger',
  'evaluate-scaling',
  'observe-capacity',
  'decide-capacity',
  'verify-capacity',
] as const;
export type TaskName = (typeof taskNames)[number];
export type Functions = Readonly<Record<TaskName, IFunction>>;

/** What a machine needs: the functions that its tasks call, and the machines that its row starts. */
export interface MachineParts<Started extends string = never> {
  functions: Functions;
  machines: Readonly<Record<Started, sfn.IStateMachine>>;
}

/** When a state was entered: the only clock of a handler (design principle 5). */
export const enteredTime = '{% $states.context.State.EnteredTime %}';

/**
 * The caller of a task, only for the log line of its function ("Accessing execution data from the Context object in
 * Step Functions", Step Functions Developer Guide).
 */
const from = {
  state: '{% $states.context.State.Name %}',
  execution: '{% $states.context.Execution.Id %}',
  retries: '{% $states.context.State.RetryCount %}',
};

/** Everything else is retried: throttling, timeouts, crashes, malformed responses. */
export const retries: sfn.RetryProps[] = [
  { errors: [...permanentErrors], maxAttempts: 0 },
  {
    errors: ['States.ALL'],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 5,
    maxDelay: Duration.seconds(30),
    jitterStrategy: sfn.JitterType.FULL,
  },
];

/**
 * Errors of the service rather than of the handler. They are transient, so a task that must not give up waits them out.
 */
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
  /** The handler's input. `now` and `from` are added, and `taskToken` if the task waits for one. */
  payload: Record<string, unknown>;
  /** Variables to keep from the handler's result: variable name → field of the result. */
  keep?: Record<string, string>;
  /** The subject of its output: ids that are known before it runs. */
  about?: Record<string, unknown>;
  /** Fields of the handler's result that its output shows in addition to kept ones. */
  tell?: string[];
  /** The complete output, if a later state reads it. Default: the subject and the result. */
  output?: Record<string, unknown>;
  timeout?: Duration;
  /** Whether to wait for hours during service errors. */
  patient?: boolean;
  waitForToken?: boolean;
  /** Seconds that the task waits for its token, as a JSONata expression. Afterwards it fails with `States.Timeout`. */
  waitSeconds?: string;
}

/** Returns a Lambda task that passes `now` to its handler, keeps the named variables and retries transient errors. */
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
  // The timeout is what it waited for. It isn't a failure and must not be retried.
  if (props.waitSeconds !== undefined) task.addRetry({ errors: ['States.Timeout'], maxAttempts: 0 });
  for (const retry of props.patient ? [patientRetry, ...retries] : retries) task.addRetry(retry);
  return task;
}

/**
 * Starting an execution is retried if the call itself failed. An execution that ran and failed isn't run again. With a
 * name, the second start finds the first.
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
  /** Whether to keep the nested execution's `status` as `$runStatus`. */
  keepStatus?: boolean;
  /** The subject of its output, in addition to the started execution. */
  about: Record<string, unknown>;
  /** How long it waits, as a JSONata expression. Afterwards it fails with `States.Timeout`, and what it started continues. */
  timeoutSeconds?: string;
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
    taskTimeout:
      props.timeoutSeconds === undefined ? undefined : sfn.Timeout.jsonata(`{% ${props.timeoutSeconds} %}`),
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
 * Returns a choice from a table of condition, answer and next state. `otherwise` applies if no condition is true.
 * `comment` is the question, and the output is the input with the answer.
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

/** Returns fields of a handler's result by name. */
function answers(fields: string[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field, `{% $states.result.Payload.${field} %}`]));
}

function mapValues(record: Record<string, string> | undefined, change: (value: string) => string) {
  if (record === undefined) return undefined;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
