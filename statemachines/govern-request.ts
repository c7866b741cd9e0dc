import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choice, lambdaTask, type MachineParts, nestedExecution } from './parts.ts';

type GovernRequestParts = MachineParts<'apply-plan' | 'settle-run'>;

/**
 * `govern-request`: the way of one request, from the event to the closed change.
 *
 * Input: the EventBridge event. Output: `{requestId, status, reason}`.
 * What no state can mend goes to a settle state: nothing stays in flight, no lock held, and the request
 * gets a final state with a reason.
 */
export function governRequest(scope: Construct, parts: GovernRequestParts): sfn.IChainable {
  const state = states(scope, parts);
  const { admit, planChange, evaluatePolicy, rehearse, openChange, planUndo, closeChange } = state;
  const { awaitApproval, countDecisions, findWindow, awaitWindow, lockScope, revalidate } = state;
  const { applyPlan, undoPlan, settleRun, settleUndo, settleRequest } = state;

  admit.next(
    choice(scope, 'Admitted', 'Is the request new, and can it be planned?', closeChange, [
      [
        "$admission = 'Duplicate'",
        sfn.Succeed.jsonata(scope, 'Duplicate', {
          comment: 'The request was submitted before: it has one effect',
          outputs: { requestId: '{% $requestId %}', status: 'Duplicate' },
        }),
      ],
      ["$admission = 'Admitted'", planChange],
    ]),
  );
  planChange.next(
    choice(scope, 'Plannable', 'Is there a plan for it?', closeChange, [
      ["$planned = 'Planned'", evaluatePolicy],
    ]),
  );
  evaluatePolicy.next(
    choice(scope, 'Allowed', 'Do the policies allow it?', closeChange, [["$decision = 'allow'", rehearse]]),
  );
  rehearse.next(openChange);
  openChange.next(
    choice(
      scope,
      'ApprovalNeeded',
      'Does someone have to approve it, and is there anything to do?',
      closeChange,
      [
        ["$approval = 'Approved' and $stepCount > 0", findWindow],
        ["$approval = 'Waiting' and $stepCount > 0", awaitApproval],
      ],
    ),
  );
  awaitApproval.next(countDecisions);
  countDecisions.next(
    choice(scope, 'Decided', 'Is it approved, or does it wait for more decisions?', closeChange, [
      ["$approval = 'Approved'", findWindow],
      ["$approval = 'Waiting'", awaitApproval],
    ]),
  );
  findWindow.next(
    choice(scope, 'WindowOpen', 'May it run now?', closeChange, [
      ["$window = 'Open'", lockScope],
      ["$window = 'Closed'", awaitWindow],
    ]),
  );
  awaitWindow.next(findWindow);
  lockScope.next(revalidate);
  revalidate.next(
    choice(scope, 'PlanCurrent', 'Is everything still as it was approved?', closeChange, [
      ["$verdict = 'Current'", applyPlan],
      ["$verdict = 'Stale'", planChange],
      ["$verdict = 'Closed'", findWindow],
    ]),
  );
  const undoWanted = "$runStatus = 'Cancelled' or ($runStatus != 'Succeeded' and $onFailure = 'undo')";
  applyPlan.next(
    choice(scope, 'UndoWanted', 'Did the run fail or stop, and is it to be rolled back?', closeChange, [
      [undoWanted, planUndo],
    ]),
  );
  settleRun.next(planUndo);
  planUndo.next(
    choice(scope, 'AnythingToUndo', 'Did the run leave anything to undo?', closeChange, [
      ['$stepCount > 0', undoPlan],
    ]),
  );
  undoPlan.next(closeChange);
  settleUndo.next(closeChange);
  closeChange.next(outcome(scope));
  settleRequest.next(
    sfn.Fail.jsonata(scope, 'Settled', {
      comment: 'An error that no state handles: the request has ended, with nothing in flight',
      error: 'RequestSettled',
      cause: "{% 'The request was settled after: ' & $failure.Error & ' ' & $failure.Cause %}",
    }),
  );

  // A rehearsal that could not be held stops nothing: the capsule says so, and policy asks for more.
  rehearse.addCatch(openChange, { errors: ['States.ALL'] });
  // Time that runs out decides nothing: what there is now is counted and looked up.
  awaitApproval.addCatch(countDecisions, { errors: ['States.Timeout'] });
  awaitWindow.addCatch(findWindow, { errors: ['States.Timeout'] });
  const failure = { failure: '{% $states.errorOutput %}' };
  for (const task of [
    admit,
    planChange,
    evaluatePolicy,
    openChange,
    awaitApproval,
    countDecisions,
    findWindow,
    awaitWindow,
    lockScope,
    revalidate,
    planUndo,
    closeChange,
  ])
    task.addCatch(settleRequest, { errors: ['States.ALL'], assign: failure });
  applyPlan.addCatch(settleRun, { errors: ['States.ALL'], assign: failure });
  undoPlan.addCatch(settleUndo, { errors: ['States.ALL'], assign: failure });
  settleRun.addCatch(settleRequest, { errors: ['States.ALL'], assign: failure });
  return admit;
}

function states(scope: Construct, { functions, machines }: GovernRequestParts) {
  const { 'apply-plan': applyPlan, 'settle-run': settleRun } = machines;
  const requestId = '{% $requestId %}';
  const planHash = '{% $planHash %}';
  const runId = '{% $runId %}';
  const run = { name: runId, input: { requestId, planHash, runId }, keepStatus: true };
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
      payload: { requestId },
      keep: { planned: 'status', planHash: 'planHash', stepCount: 'stepCount' },
    }),
    evaluatePolicy: lambdaTask(scope, 'EvaluatePolicy', {
      comment: 'Cedar verdicts on every resource and nested property',
      function: functions['evaluate-policy'],
      payload: { requestId, planHash },
      keep: { decision: 'decision' },
    }),
    rehearse: lambdaTask(scope, 'Rehearse', {
      comment: 'Plan and inverse on a model of the cloud seeded with the live state',
      function: functions.rehearse,
      payload: { requestId, planHash },
    }),
    openChange: lambdaTask(scope, 'OpenChange', {
      comment: 'The ITIL record; the capsule is sealed, policy says which approvals it needs',
      function: functions['open-change'],
      payload: { requestId, planHash },
      keep: { changeId: 'changeId', approval: 'approval', waitSeconds: 'waitSeconds' },
    }),
    awaitApproval: lambdaTask(scope, 'AwaitApproval', {
      comment: 'Until someone decides, a reminder is due or the time is over',
      function: functions['await-approval'],
      payload: { requestId },
      waitForToken: true,
      waitSeconds: '$waitSeconds',
    }),
    countDecisions: lambdaTask(scope, 'CountDecisions', {
      comment: 'Reads who decided what on this capsule from the ledger',
      function: functions['count-decisions'],
      payload: { requestId },
      keep: { approval: 'approval', waitSeconds: 'waitSeconds' },
    }),
    findWindow: lambdaTask(scope, 'FindWindow', {
      comment: 'Freeze calendars and maintenance windows: may it run now, or when?',
      function: functions['find-window'],
      payload: { requestId, planHash },
      keep: { window: 'window', waitSeconds: 'waitSeconds' },
    }),
    awaitWindow: lambdaTask(scope, 'AwaitWindow', {
      comment: 'Until the window opens, or someone cancels',
      function: functions['await-window'],
      payload: { requestId },
      waitForToken: true,
      waitSeconds: '$waitSeconds',
    }),
    lockScope: lambdaTask(scope, 'LockScope', {
      comment: 'Queue by task token; the token wakes, the ledger decides',
      function: functions['lock-scope'],
      payload: { requestId, planHash },
      waitForToken: true,
      timeout: Duration.days(7),
    }),
    revalidate: lambdaTask(scope, 'Revalidate', {
      comment: 'Window, approvals, lock, asset versions, policies and live state are what was approved',
      function: functions.revalidate,
      payload: { requestId, planHash },
      keep: { verdict: 'verdict', runId: 'runId' },
    }),
    applyPlan: nestedExecution(scope, 'ApplyPlan', applyPlan, {
      comment: 'Applies the approved plan; the first state of the run checks the authority again',
      ...run,
    }),
    settleRun: nestedExecution(scope, 'SettleRun', settleRun, {
      comment: 'The run ended without a status: waits for what is in flight, then records it',
      input: settleInput,
    }),
    planUndo: lambdaTask(scope, 'PlanUndo', {
      comment: 'The inverse of what the run did, with pre-images',
      function: functions['plan-undo'],
      payload: { requestId, runId: '{% $runId %}' },
      keep: { planHash: 'planHash', stepCount: 'stepCount', runId: 'runId' },
    }),
    undoPlan: nestedExecution(scope, 'UndoPlan', applyPlan, {
      comment: 'Applies the undo plan of the run',
      ...run,
    }),
    settleUndo: nestedExecution(scope, 'SettleUndo', settleRun, {
      comment: 'The undo ended without a status: waits for what is in flight, then records it',
      input: settleInput,
    }),
    closeChange: lambdaTask(scope, 'CloseChange', {
      comment: 'Every done step has its asset; evidence and events out; the lock goes on',
      function: functions['close-change'],
      payload: { requestId },
      keep: { status: 'status', reason: 'reason' },
    }),
    settleRequest: nestedExecution(scope, 'SettleRequest', settleRun, {
      comment: 'Ends the request: nothing stays in flight, no lock is held',
      input: { ...settleInput, ending: true },
    }),
  };
}

function outcome(scope: Construct): sfn.IChainable {
  const output = { requestId: '{% $requestId %}', status: '{% $status %}', reason: '{% $reason %}' };
  const failed = sfn.Fail.jsonata(scope, 'Failed', {
    comment: 'The run failed, and what it made may be left: the cause says what',
    error: 'RequestFailed',
    cause: '{% $reason %}',
  });
  return choice(scope, 'Outcome', 'How did the request end?', failed, [
    [
      "$status = 'Completed'",
      sfn.Succeed.jsonata(scope, 'Completed', { comment: 'Every step is done', outputs: output }),
    ],
    [
      "$status = 'Rejected'",
      sfn.Succeed.jsonata(scope, 'Rejected', {
        comment: 'Refused before anything was changed',
        outputs: output,
      }),
    ],
    [
      "$status = 'RolledBack'",
      sfn.Fail.jsonata(scope, 'RolledBack', {
        comment: 'The run failed or was canceled, and was rolled back',
        error: 'RequestRolledBack',
        cause: '{% $reason %}',
      }),
    ],
  ]);
}
