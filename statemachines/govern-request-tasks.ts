import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { lambdaTask, type MachineParts, nestedExecution } from './parts.ts';

export type GovernRequestParts = MachineParts<'apply-plan' | 'settle-run'>;

/** The tasks of `govern-request` by name. govern-request.ts connects them. */
export function governRequestTasks(scope: Construct, { functions, machines }: GovernRequestParts) {
  const { 'apply-plan': applyPlan, 'settle-run': settleRun } = machines;
  const requestId = '{% $requestId %}';
  const planHash = '{% $planHash %}';
  const runId = '{% $runId %}';
  const about = { requestId };
  const run = {
    about: { requestId, runId },
    name: runId,
    input: { requestId, planHash, runId },
    keepStatus: true,
  };
  const settleInput = { executionArn: '{% $states.context.Execution.Id %}', caller: 'govern-request' };
  return {
    admit: lambdaTask(scope, 'Admit', {
      comment: 'Parse, normalize, store; duplicates end here',
      function: functions.admit,
      payload: { event: '{% $states.input %}', executionArn: '{% $states.context.Execution.Id %}' },
      keep: { requestId: 'requestId', admission: 'status', onFailure: 'onFailure' },
    }),
    planChange: lambdaTask(scope, 'PlanChange', {
      comment: 'Diff against the inventory: plan and inverse',
      function: functions['plan-change'],
      about,
      payload: { requestId },
      keep: { planned: 'status', planHash: 'planHash', stepCount: 'stepCount' },
    }),
    evaluatePolicy: lambdaTask(scope, 'EvaluatePolicy', {
      comment: 'Cedar verdicts on every resource and nested property',
      function: functions['evaluate-policy'],
      about,
      payload: { requestId, planHash },
      keep: { decision: 'decision' },
    }),
    rehearse: lambdaTask(scope, 'Rehearse', {
      comment: 'Plan and inverse on a model of the cloud seeded with the live state',
      function: functions.rehearse,
      about,
      tell: ['rehearsal'],
      payload: { requestId, planHash },
    }),
    openChange: lambdaTask(scope, 'OpenChange', {
      comment: 'The ITIL record; the capsule is sealed, policy says which approvals it needs',
      function: functions['open-change'],
      about,
      payload: { requestId, planHash },
      keep: { changeId: 'changeId', approval: 'approval', waitSeconds: 'waitSeconds' },
    }),
    awaitApproval: lambdaTask(scope, 'AwaitApproval', {
      comment: 'Until someone decides, a reminder is due or the time is over',
      function: functions['await-approval'],
      about,
      payload: { requestId },
      waitForToken: true,
      waitSeconds: '$waitSeconds',
    }),
    countDecisions: lambdaTask(scope, 'CountDecisions', {
      comment: 'Reads who decided what on this capsule from the ledger',
      function: functions['count-decisions'],
      about,
      payload: { requestId },
      keep: { approval: 'approval', waitSeconds: 'waitSeconds' },
    }),
    findWindow: lambdaTask(scope, 'FindWindow', {
      comment: 'Reads freeze calendars and maintenance windows: now, later or never',
      function: functions['find-window'],
      about,
      payload: { requestId, planHash },
      keep: { window: 'window', waitSeconds: 'waitSeconds' },
    }),
    awaitWindow: lambdaTask(scope, 'AwaitWindow', {
      comment: 'Until the window opens, or someone cancels',
      function: functions['await-window'],
      about,
      payload: { requestId },
      waitForToken: true,
      waitSeconds: '$waitSeconds',
    }),
    lockScope: lambdaTask(scope, 'LockScope', {
      comment: 'Queue by task token; the token wakes, the ledger decides',
      function: functions['lock-scope'],
      about,
      payload: { requestId, planHash },
      waitForToken: true,
      timeout: Duration.days(7),
    }),
    revalidate: lambdaTask(scope, 'Revalidate', {
      comment: 'Window, approvals, lock, asset versions, policies and live state are what was approved',
      function: functions.revalidate,
      about,
      payload: { requestId, planHash },
      keep: { verdict: 'verdict', runId: 'runId' },
    }),
    applyPlan: nestedExecution(scope, 'ApplyPlan', applyPlan, {
      comment: 'Applies the approved plan; the first state of the run checks the authority again',
      ...run,
    }),
    settleRun: nestedExecution(scope, 'SettleRun', settleRun, {
      comment: 'The run ended without a status: waits for what is in flight, then records it',
      about,
      input: settleInput,
    }),
    planUndo: lambdaTask(scope, 'PlanUndo', {
      comment: 'The inverse of what the run did, with pre-images',
      function: functions['plan-undo'],
      about,
      payload: { requestId, runId: '{% $runId %}' },
      keep: { planHash: 'planHash', stepCount: 'stepCount', runId: 'runId' },
    }),
    undoPlan: nestedExecution(scope, 'UndoPlan', applyPlan, {
      comment: 'Applies the undo plan of the run',
      ...run,
    }),
    settleUndo: nestedExecution(scope, 'SettleUndo', settleRun, {
      comment: 'The undo ended without a status: waits for what is in flight, then records it',
      about,
      input: settleInput,
    }),
    closeChange: lambdaTask(scope, 'CloseChange', {
      comment: 'Every done step has its asset; evidence and events out; the lock goes on',
      function: functions['close-change'],
      about,
      payload: { requestId },
      keep: { status: 'status', reason: 'reason' },
    }),
    settleRequest: nestedExecution(scope, 'SettleRequest', settleRun, {
      comment: 'Ends the request: nothing stays in flight, no lock is held',
      about: { error: '{% $failure.Error %}' },
      input: { ...settleInput, ending: true },
    }),
  };
}
