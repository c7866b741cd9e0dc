import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choice, lambdaTask, type MachineParts } from './parts.ts';

/**
 * `settle-run`: brings the state of a dead execution to rest. Started when one of our executions ends FAILED, TIMED_OUT
 * or ABORTED, by the scheduled sweep, and by govern-request for itself. Idempotent for each run.
 *
 * Input: `{executionArn, caller?}`, a status-change event, or `{sweep: true}`. Output: `{outcomes}`, one for each
 * request.
 */
export function settleRun(scope: Construct, { functions }: MachineParts): sfn.IChainable {
  const find = lambdaTask(scope, 'FindRequests', {
    comment: 'The open requests whose executions are dead, at most 40 at a time',
    function: functions['find-requests'],
    payload: { input: '{% $states.input %}' },
    output: { requests: '{% $states.result.Payload.requests %}' },
  });
  const each = sfn.Map.jsonata(scope, 'EachRequest', {
    comment: 'Each request by itself: one that fails keeps no other waiting',
    items: sfn.ProvideItems.jsonata('{% $states.input.requests %}'),
    itemSelector: { request: '{% $states.context.Map.Item.Value %}' },
    outputs: { outcomes: '{% $states.result %}' },
  });
  const settle = lambdaTask(scope, 'Settle', {
    comment: 'Stops nested executions, raises the fencing token, observes, registers, releases, records',
    function: functions.settle,
    payload: { request: '{% $states.input.request %}' },
    output: {
      request: '{% $states.input.request %}',
      settled: '{% $states.result.Payload.settled %}',
      waitSeconds: '{% $states.result.Payload.waitSeconds %}',
      repeat: '{% $states.result.Payload.repeat %}',
    },
    timeout: Duration.minutes(2),
  });
  const repeat = lambdaTask(scope, 'RepeatCalls', {
    comment:
      'Makes calls again whose answers nobody noted, with the same tokens: the pump alone may call providers',
    function: functions.pump,
    payload: { runId: '{% $states.input.repeat %}', settling: true },
    output: {
      request: '{% $states.input.request %}',
      waitSeconds: '{% $states.input.waitSeconds %}',
      repeated: '{% $states.input.repeat %}',
    },
    timeout: Duration.minutes(2),
  });
  const wait = sfn.Wait.jsonata(scope, 'AwaitInFlight', {
    comment: 'Until provider operations may have ended',
    time: sfn.WaitTime.seconds('{% $states.input.waitSeconds %}'),
  });
  const settled = sfn.Pass.jsonata(scope, 'AtRest', {
    comment: 'Nothing is in flight, and the state is recorded',
    outputs: { requestId: '{% $states.input.request.requestId %}', outcome: 'AtRest' },
  });
  wait.next(settle);
  repeat.next(wait);
  // One request that can't be settled must not block the others. The next sweep tries it again.
  const left = sfn.Pass.jsonata(scope, 'LeftForTheSweep', {
    comment: 'The next sweep tries it again',
    outputs: {
      requestId: '{% $states.input.requestId %}',
      outcome: 'LeftForTheSweep',
      error: '{% $states.input.error %}',
    },
  });
  const failure = {
    requestId: '{% $states.input.request.requestId %}',
    error: '{% $states.errorOutput.Error %}',
  };
  for (const task of [settle, repeat]) task.addCatch(left, { errors: ['States.ALL'], outputs: failure });
  each.itemProcessor(
    settle.next(
      choice(
        scope,
        'InFlight',
        'Is anything still in flight?',
        ['No', settled],
        [
          ["$states.input.repeat != ''", 'Calls whose answers nobody noted', repeat],
          ['$not($states.input.settled)', 'Operations of a provider', wait],
        ],
      ),
    ),
  );
  return find.next(each);
}
