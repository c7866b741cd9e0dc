import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choice, lambdaTask, type MachineParts, nestedExecution } from './parts.ts';

/**
 * `scale-asset`: one change of one capacity. Observes and decides again, submits a request like any other, and reads
 * back what came of it. Its end, however it comes, leaves a state from which the next evaluation continues.
 *
 * Input: the event `Scaling Due`. Output: `{assetId, status}`, how the request ended.
 */
export function scaleAsset(
  scope: Construct,
  { functions, machines }: MachineParts<'govern-request'>,
): sfn.IChainable {
  const about = { assetId: '{% $assetId %}', property: '{% $property %}' };
  const execution = '$states.context.Execution.Id';
  const observe = lambdaTask(scope, 'ObserveCapacity', {
    comment: 'The live capacity, metrics, alarms and calendars, read again',
    function: functions['observe-capacity'],
    payload: {
      assetId: '{% $states.input.detail.assetId %}',
      property: '{% $states.input.detail.property %}',
    },
    keep: { assetId: 'assetId', property: 'property', observed: 'status', inputHash: 'inputHash' },
  });
  const decide = lambdaTask(scope, 'DecideCapacity', {
    comment: 'Decides; records the decision with all that it was made from',
    function: functions['decide-capacity'],
    about,
    payload: { ...about, inputHash: '{% $inputHash %}', executionArn: `{% ${execution} %}` },
    keep: {
      ...{ decision: 'decision', requestId: 'requestId', request: 'request' },
      waitSeconds: 'waitSeconds',
    },
  });
  const request = nestedExecution(scope, 'RequestCapacity', machines['govern-request'], {
    comment: 'The request goes the way of every request',
    about: { ...about, requestId: '{% $requestId %}' },
    name: '{% $requestId %}',
    input: {
      id: '{% $requestId %}',
      source: 'baton.scaling',
      account: `{% $split(${execution}, ':')[4] %}`,
      region: `{% $split(${execution}, ':')[3] %}`,
      'detail-type': 'Infrastructure Request',
      detail: '{% $request %}',
    },
    timeoutSeconds: '$waitSeconds',
  });
  const verify = lambdaTask(scope, 'VerifyCapacity', {
    comment: 'Reads the capacity back; records the change, and that nothing is in flight',
    function: functions['verify-capacity'],
    about: { ...about, requestId: '{% $requestId %}' },
    payload: { ...about, requestId: '{% $requestId %}' },
    keep: { status: 'status' },
    patient: true,
  });
  const kept = sfn.Succeed.jsonata(scope, 'CapacityKept', {
    comment: 'Nothing is to change now',
    outputs: { ...about, status: 'Kept' },
  });
  const done = sfn.Succeed.jsonata(scope, 'CapacityVerified', {
    comment: 'The status says how the request ended',
    outputs: { ...about, requestId: '{% $requestId %}', status: '{% $status %}' },
  });
  observe.next(
    choice(
      scope,
      'CapacityObserved',
      'Is the asset still there, and does it declare scaling?',
      ['No', kept],
      [["$observed = 'Observed'", 'Yes', decide]],
    ),
  );
  decide.next(
    choice(
      scope,
      'CapacityToChange',
      'Is the capacity to change, and is no other change in flight?',
      ['No', kept],
      [["$decision = 'Change'", 'Yes', request]],
    ),
  );
  // A request that is refused, rolled back or too slow is an outcome like any other.
  request.addCatch(verify, {
    errors: ['States.ALL'],
    outputs: { ...about, error: '{% $states.errorOutput.Error %}' },
  });
  request.next(verify);
  verify.next(done);
  return observe;
}
