import { createClock } from '../../lib/local/clock.ts';
import { StepFunctions } from '../../lib/local/step-functions/service.ts';
import { figureOf, type Row } from './figures.ts';

/** A pump without work: a task, a choice and a wait, repeated more than a hundred times, with expressions in each. */
const loop = {
  QueryLanguage: 'JSONata',
  StartAt: 'Pump',
  States: {
    Pump: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'pump', Payload: '{% { "round": $states.input.round } %}' },
      Output: '{% { "round": $states.input.round + 1, "more": $states.input.round < 200 } %}',
      Next: 'Done',
    },
    Done: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.more %}', Next: 'Pause' }],
      Default: 'End',
    },
    Pause: { Type: 'Wait', Seconds: '{% $max([1, $states.input.round % 7]) %}', Next: 'Pump' },
    End: { Type: 'Succeed' },
  },
};

/** Measures the transitions per second of the local Step Functions, with waits that take no time. */
export async function interpreterRows(repeats: number): Promise<Row[]> {
  const rates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const clock = createClock();
    let transitions = 0;
    const service = new StepFunctions({
      clock,
      integrations: {
        invokeLambda: async () => ({ statusCode: 200, payload: '{}' }),
        callService: async () => ({}),
      },
      hooks: { onExecutionClosed: (closed) => (transitions += closed.stateTransitions) },
    });
    const { stateMachineArn } = service.createStateMachine({
      name: 'loop',
      definition: JSON.stringify(loop),
      roleArn: 'arn:aws:iam::111111111111:role/loop',
    });
    clock.start();
    const from = performance.now();
    for (let at = 0; at < 20; at += 1) service.startExecution({ stateMachineArn, input: '{"round":1}' });
    await clock.quiet();
    rates.push(transitions / ((performance.now() - from) / 1000));
    clock.stop();
  }
  const transitions = figureOf(rates);
  return [
    {
      section: 'interpreter',
      name: 'task, choice, wait',
      // For rates, the slow end matters: the rate that 95 of 100 runs exceed.
      figures: { 'transitions a second': transitions.median, 'slowest run': Math.min(...rates) },
    },
  ];
}
