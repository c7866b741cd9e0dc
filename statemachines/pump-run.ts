import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choice, lambdaTask, type MachineParts } from './parts.ts';

/**
 * `pump-run`: the loop of one Lambda, one Choice and one Wait that moves a run. It ends when the run is done or after
 * 1,000 ticks (9 events each, while a history is limited to 25,000), and then apply-plan starts a new one.
 *
 * Input: `{runId}`. Output: `{runId, ticks, done}`.
 */
export function pumpRun(scope: Construct, { functions }: MachineParts): sfn.IChainable {
  const pump = lambdaTask(scope, 'Pump', {
    comment: 'Polls what is in flight, records outcomes, starts what may start',
    function: functions.pump,
    payload: {
      runId: '{% $states.input.runId %}',
      ticks: '{% $exists($states.input.ticks) ? $states.input.ticks : 0 %}',
    },
    // Longer than the function's own 30 s, because a second pump must not start during a slow first one.
    timeout: Duration.seconds(60),
    patient: true,
    output: {
      runId: '{% $states.input.runId %}',
      ticks: '{% $states.result.Payload.ticks %}',
      done: '{% $states.result.Payload.done %}',
      waitSeconds: '{% $states.result.Payload.waitSeconds %}',
    },
  });
  const wait = sfn.Wait.jsonata(scope, 'AwaitCompletion', {
    comment: 'Until the next poll is due',
    time: sfn.WaitTime.seconds('{% $states.input.waitSeconds %}'),
  });
  const closed = sfn.Succeed.jsonata(scope, 'RoundClosed', {
    comment: 'All steps have ended, or the history is long enough',
    outputs: {
      runId: '{% $states.input.runId %}',
      ticks: '{% $states.input.ticks %}',
      done: '{% $states.input.done %}',
    },
  });
  wait.next(pump);
  return pump.next(
    choice(
      scope,
      'MoreToDo',
      'Does this round go on?',
      ['No: all is done, or the next round takes over', closed],
      [['$not($states.input.done) and $states.input.ticks < 1000', 'Yes: at the next tick', wait]],
    ),
  );
}
