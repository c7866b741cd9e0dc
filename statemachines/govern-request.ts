import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type GovernRequestParts, governRequestTasks } from './govern-request-tasks.ts';
import { choice } from './parts.ts';

/**
 * `govern-request`: the path of one request from the event to the closed change.
 *
 * Input: the EventBridge event. Output: `{requestId, status, reason}`. Errors that no state can handle go to a settle
 * state: no operation stays in progress, no lock is held, and the request gets a final state with a reason.
 */
export function governRequest(scope: Construct, parts: GovernRequestParts): sfn.IChainable {
  const state = governRequestTasks(scope, parts);
  const { admit, planChange, evaluatePolicy, rehearse, openChange, planUndo, closeChange } = state;
  const { awaitApproval, countDecisions, findWindow, awaitWindow, lockScope, revalidate } = state;
  const { applyPlan, undoPlan, settleRun, settleUndo, settleRequest } = state;

  admit.next(
    choice(
      scope,
      'Admitted',
      'Is the request new, and can it be planned?',
      ['No: it is rejected', closeChange],
      [
        [
          "$admission = 'Duplicate'",
          'No: it was submitted before',
          sfn.Succeed.jsonata(scope, 'Duplicate', {
            comment: 'The request was submitted before: it has one effect',
            outputs: { requestId: '{% $requestId %}', status: 'Duplicate' },
          }),
        ],
        ["$admission = 'Admitted'", 'Yes', planChange],
      ],
    ),
  );
  planChange.next(
    choice(
      scope,
      'Plannable',
      'Is there a plan for it?',
      ['No: it is rejected', closeChange],
      [["$planned = 'Planned'", 'Yes', evaluatePolicy]],
    ),
  );
  evaluatePolicy.next(
    choice(
      scope,
      'Allowed',
      'Do the policies allow it?',
      ['No: it is rejected', closeChange],
      [["$decision = 'allow'", 'Yes', rehearse]],
    ),
  );
  rehearse.next(openChange);
  openChange.next(
    choice(
      scope,
      'ApprovalNeeded',
      'Does someone have to approve it, and is there anything to do?',
      ['There is nothing to do, or nobody can approve it', closeChange],
      [
        ["$approval = 'Approved' and $stepCount > 0", 'No: it is approved as it is', findWindow],
        ["$approval = 'Waiting' and $stepCount > 0", 'Yes', awaitApproval],
      ],
    ),
  );
  awaitApproval.next(countDecisions);
  countDecisions.next(
    choice(
      scope,
      'Decided',
      'Is it approved, or does it wait for more decisions?',
      ['It is not approved', closeChange],
      [
        ["$approval = 'Approved'", 'It is approved', findWindow],
        ["$approval = 'Waiting'", 'It waits for more decisions', awaitApproval],
      ],
    ),
  );
  findWindow.next(
    choice(
      scope,
      'WindowOpen',
      'May it run now?',
      ['Never', closeChange],
      [
        ["$window = 'Open'", 'Yes', lockScope],
        ["$window = 'Closed'", 'Not before the window opens', awaitWindow],
      ],
    ),
  );
  awaitWindow.next(findWindow);
  lockScope.next(revalidate);
  revalidate.next(
    choice(
      scope,
      'PlanCurrent',
      'Is everything still as it was approved?',
      ['It is no longer wanted', closeChange],
      [
        ["$verdict = 'Current'", 'Yes', applyPlan],
        ["$verdict = 'Stale'", 'No: it is planned again', planChange],
        ["$verdict = 'Closed'", 'The window has closed', findWindow],
      ],
    ),
  );
  const undoWanted = "$runStatus = 'Cancelled' or ($runStatus != 'Succeeded' and $onFailure = 'undo')";
  applyPlan.next(
    choice(
      scope,
      'UndoWanted',
      'Did the run fail or stop, and is it to be rolled back?',
      ['No', closeChange],
      [[undoWanted, 'Yes', planUndo]],
    ),
  );
  settleRun.next(planUndo);
  planUndo.next(
    choice(
      scope,
      'AnythingToUndo',
      'Did the run leave anything to undo?',
      ['No', closeChange],
      [['$stepCount > 0', 'Yes', undoPlan]],
    ),
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

  // A failed rehearsal stops nothing: the capsule says so, and policy requires more approvals.
  rehearse.addCatch(openChange, { errors: ['States.ALL'] });
  // A timeout decides nothing: the current decisions are counted.
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

function outcome(scope: Construct): sfn.IChainable {
  const output = { requestId: '{% $requestId %}', status: '{% $status %}', reason: '{% $reason %}' };
  const failed = sfn.Fail.jsonata(scope, 'Failed', {
    comment: 'The run failed, and what it made may be left: the cause says what',
    error: 'RequestFailed',
    cause: '{% $reason %}',
  });
  return choice(
    scope,
    'HowEnded',
    'How did the request end?',
    ['It failed, and was not rolled back', failed],
    [
      [
        "$status = 'Completed'",
        'It is completed',
        sfn.Succeed.jsonata(scope, 'Completed', { comment: 'Every step is done', outputs: output }),
      ],
      [
        "$status = 'Rejected'",
        'It was rejected',
        sfn.Succeed.jsonata(scope, 'Rejected', {
          comment: 'Refused before anything was changed',
          outputs: output,
        }),
      ],
      [
        "$status = 'RolledBack'",
        'It was rolled back',
        sfn.Fail.jsonata(scope, 'RolledBack', {
          comment: 'The run failed or was canceled, and was rolled back',
          error: 'RequestRolledBack',
          cause: '{% $reason %}',
        }),
      ],
    ],
  );
}
