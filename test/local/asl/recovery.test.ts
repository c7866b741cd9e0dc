import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { lambdaTask, machine, named, runMachine } from './run-machine.ts';

const CATCH = (ErrorEquals: string[]) => ({ Catch: [{ ErrorEquals, Next: 'Caught' }] });

/** Runs a task whose function throws the given errors, one in each call, and then succeeds. */
async function attempt(errors: string[], recovery: JsonObject, random?: () => number) {
  let calls = 0;
  const ran = await runMachine(
    machine({ T: lambdaTask('f', { ...recovery, End: true }), Caught: { Type: 'Pass', End: true } }),
    {
      functions: {
        f: () => {
          const error = errors[calls];
          calls += 1;
          if (error !== undefined) throw named(error);
          return calls;
        },
      },
      ...(random && { random }),
    },
  );
  return { ...ran, calls };
}

const always = (error: string) => Array.from({ length: 100 }, () => error);

describe('Retry', () => {
  it.each<[JsonObject, number, number]>([
    [{}, 4, 1 + 2 + 4],
    [{ MaxAttempts: 0 }, 1, 0],
    [{ IntervalSeconds: 10, MaxAttempts: 2 }, 3, 10 + 20],
    [{ IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 }, 4, 2 + 6 + 18],
    [{ IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 5 }, 4, 2 + 5 + 5],
    [{ IntervalSeconds: 3, BackoffRate: 1, MaxAttempts: 5 }, 6, 15],
  ])('%j makes %i attempts in %i seconds', async (policy, calls, seconds) => {
    const ran = await attempt(always('E'), { Retry: [{ ErrorEquals: ['E'], ...policy }] });
    expect([ran.status, ran.error, ran.calls, ran.seconds]).toEqual(['FAILED', 'E', calls, seconds]);
  });

  it('with full jitter waits any part of the delay', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 8, MaxAttempts: 1, JitterStrategy: 'FULL' }];
    expect((await attempt(always('E'), { Retry }, () => 0.25)).seconds).toBe(2);
  });

  it('counts each retrier separately', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 2 },
    ];
    const ran = await attempt(['A', 'B', 'B', 'A'], { Retry });
    expect([ran.status, ran.error, ran.calls]).toEqual(['FAILED', 'A', 4]);
  });

  it('sets the retry count of the state', async () => {
    const Retry = [{ ErrorEquals: ['E'] }];
    const ran = await attempt(['E', 'E'], { Retry, Output: '{% $states.context.State.RetryCount %}' });
    expect(ran.output).toBe(2);
  });

  it('precedes Catch, which gets the last error', async () => {
    const ran = await attempt(always('E'), {
      Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
      ...CATCH(['E']),
    });
    expect([ran.status, ran.calls]).toEqual(['SUCCEEDED', 2]);
    expect(ran.output).toMatchObject({ Error: 'E' });
  });
});

describe('error names in Catch', () => {
  const cases: [names: string[], error: string, caught: boolean][] = [
    [['E'], 'E', true],
    [['E'], 'F', false],
    [['States.ALL'], 'E', true],
    [['States.TaskFailed'], 'E', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.Runtime'], 'States.Runtime', false],
    [['X', 'E'], 'E', true],
  ];
  it.each(cases)('%j and %s: %s', async (names, error, caught) => {
    const ran = await attempt([error], CATCH(names));
    expect(ran.status).toBe(caught ? 'SUCCEEDED' : 'FAILED');
  });

  it('a timeout matches States.Timeout and States.ALL, but not States.TaskFailed', async () => {
    for (const [name, caught] of [
      ['States.Timeout', true],
      ['States.ALL', true],
      ['States.TaskFailed', false],
    ] as const) {
      const states = {
        T: lambdaTask('f', { TimeoutSeconds: 5, ...CATCH([name]), End: true }),
        Caught: { Type: 'Pass', End: true },
      };
      const ran = await runMachine(machine(states), {
        hooks: { interceptTask: () => new Promise(() => {}) },
      });
      expect([name, ran.status === 'SUCCEEDED']).toEqual([name, caught]);
      expect(ran.types).toContain('LambdaFunctionTimedOut');
    }
  });
});

it('Catch has its own Assign and Output, over $states.errorOutput', async () => {
  const ran = await runMachine(
    machine({
      T: lambdaTask('f', {
        Output: 'not this',
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { why: '{% $states.errorOutput.Error %}' },
            Output: '{% $states.input.a %}',
            Next: 'Z',
          },
        ],
        End: true,
      }),
      Z: { Type: 'Pass', Output: ['{% $why %}', '{% $states.input %}'], End: true },
    }),
    {
      input: { a: 7 },
      functions: {
        f: () => {
          throw named('E');
        },
      },
    },
  );
  expect(ran.output).toEqual(['E', 7]);
});

it('a failed evaluation can be caught', async () => {
  const ran = await runMachine(
    machine({
      T: lambdaTask('f', { Output: '{% $nothing %}', ...CATCH(['States.QueryEvaluationError']), End: true }),
      Caught: { Type: 'Pass', End: true },
    }),
    { functions: { f: () => 1 } },
  );
  expect(ran.status).toBe('SUCCEEDED');
  expect(ran.types.slice(4, 7)).toEqual(['LambdaFunctionSucceeded', 'EvaluationFailed', 'TaskStateExited']);
});
