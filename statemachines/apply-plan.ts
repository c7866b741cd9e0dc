import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choice, type Functions, lambdaTask, type MachineParts, nestedExecution } from './parts.ts';

/**
 * `apply-plan`: applies any plan. Two parallel branches: `Steps`, with one child execution for each step for people to
 * watch, and the pump, which makes every provider call.
 *
 * Input: `{requestId, planHash, runId}`. Output: `{requestId, runId, status}`.
 */
export function applyPlan(
  scope: Construct,
  { functions, machines }: MachineParts<'pump-run'>,
): sfn.IChainable {
  const run = { requestId: '{% $requestId %}', planHash: '{% $planHash %}', runId: '{% $runId %}' };
  const beginRun = lambdaTask(scope, 'BeginRun', {
    comment: 'Refuses unless the ledger holds an approved change and the lock for exactly this plan',
    function: functions['begin-run'],
    payload: {
      requestId: '{% $states.input.requestId %}',
      planHash: '{% $states.input.planHash %}',
      runId: '{% $states.input.runId %}',
      executionArn: '{% $states.context.Execution.Id %}',
    },
    keep: { requestId: 'requestId', planHash: 'planHash', runId: 'runId', stepCount: 'stepCount' },
  });
  const runPlan = sfn.Parallel.jsonata(scope, 'RunPlan', {
    comment: 'One child for each step waits; the pump carries them out',
    outputs: { runId: '{% $runId %}', ended: '{% $stepCount %}' },
  });
  runPlan.branch(steps(scope, functions), pump(scope, machines['pump-run']));
  const closeRun = lambdaTask(scope, 'CloseRun', {
    comment: 'Registers what no child registered; says how the run ended',
    function: functions['close-run'],
    payload: run,
    about: { runId: '{% $runId %}' },
    keep: { status: 'status' },
  });
  const done = sfn.Succeed.jsonata(scope, 'RunClosed', {
    comment: 'The status says how the run ended',
    outputs: { requestId: '{% $requestId %}', runId: '{% $runId %}', status: '{% $status %}' },
  });
  return beginRun.next(runPlan).next(closeRun).next(done);
}

/**
 * Children of a distributed map don't see variables of their parent, so each item contains what it needs. The last
 * state of a child outputs nothing, because the map collects the outputs of up to 10,000 children in one state of at
 * most 256 KiB.
 */
function steps(scope: Construct, functions: Functions): sfn.DistributedMap {
  const item = { runId: '{% $states.input.runId %}', index: '{% $states.input.index %}' };
  const map = sfn.DistributedMap.jsonata(scope, 'Steps', {
    comment: 'One child execution a step',
    items: sfn.ProvideItems.jsonata('{% [0..$stepCount - 1] %}'),
    itemSelector: { runId: '{% $runId %}', index: '{% $states.context.Map.Item.Value %}' },
    // A child occupies its slot until its step is done. More concurrent children would only use up the functions'
    // concurrency.
    maxConcurrency: 500,
    toleratedFailurePercentage: 100,
    mapExecutionType: sfn.StateMachineType.STANDARD,
    outputs: { runId: '{% $runId %}', children: '{% $stepCount %}' },
  });
  const perform = lambdaTask(scope, 'Perform', {
    comment: 'Leaves its token in the step; the pump completes it when the outcome is there',
    function: functions.perform,
    payload: item,
    waitForToken: true,
    patient: true,
    // As long as the run: a shift of traffic waits for people, and its later steps wait for it.
    timeout: Duration.days(90),
    output: { ...item, woken: '{% $states.result %}' },
  });
  const registerAsset = lambdaTask(scope, 'RegisterAsset', {
    comment: 'Asset, version, relationships and ledger entry in one transaction with the step',
    function: functions['register-asset'],
    payload: item,
    output: {},
  });
  const recordFailure = lambdaTask(scope, 'RecordFailure', {
    comment: 'What could not be registered here is registered by CloseRun',
    function: functions['record-failure'],
    payload: { runId: '{% $runId %}', index: '{% $index %}', failure: '{% $failure %}' },
    output: { runId: '{% $runId %}', index: '{% $index %}', error: '{% $failure.Error %}' },
  });
  const failure = {
    runId: '{% $states.input.runId %}',
    index: '{% $states.input.index %}',
    failure: '{% $states.errorOutput %}',
  };
  const noted = sfn.Pass.jsonata(scope, 'Noted', { comment: 'CloseRun registers what is left', outputs: {} });
  for (const task of [perform, registerAsset])
    task.addCatch(recordFailure, { errors: ['States.ALL'], assign: failure });
  recordFailure.addCatch(noted, { errors: ['States.ALL'] });
  recordFailure.next(noted);
  return map.itemProcessor(perform.next(registerAsset));
}

function pump(scope: Construct, pumpRun: sfn.IStateMachine): sfn.IChainable {
  const round = nestedExecution(scope, 'PumpRound', pumpRun, {
    comment: 'Up to 1,000 ticks; then a fresh history',
    about: { runId: '{% $runId %}' },
    name: "{% $runId & '-' & $string($states.context.State.EnteredTime ~> $toMillis()) %}",
    input: { runId: '{% $runId %}' },
    assign: { pumped: '{% $states.result.Output.done %}' },
  });
  const more = choice(
    scope,
    'PumpDone',
    'Are all steps done, or does the next round begin?',
    [
      'All steps have ended',
      sfn.Pass.jsonata(scope, 'Pumped', {
        comment: 'Every step has ended',
        outputs: { runId: '{% $runId %}', outcome: 'Pumped' },
      }),
    ],
    [['$not($pumped)', 'The next round begins', round]],
  );
  return round.next(more);
}
