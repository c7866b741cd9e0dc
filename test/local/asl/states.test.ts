import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { machine, runMachine } from './run-machine.ts';

describe('Choice', () => {
  const choice = (condition: unknown, more: JsonObject = {}) =>
    machine({
      C: { Type: 'Choice', Choices: [{ Condition: condition as string, Next: 'Yes' }], ...more },
      Yes: { Type: 'Succeed', Output: 'yes' },
      No: { Type: 'Succeed', Output: 'no' },
    });

  it('fails the execution if no rule matches and there is no default', async () => {
    const ran = await runMachine(choice('{% false %}'));
    expect([ran.status, ran.error]).toEqual(['FAILED', 'States.Runtime']);
    expect(ran.cause).toContain("the state 'C' (entered at the event id #2)");
  });

  it.each([
    ['{% 1 %}', "Expected 'boolean', but was 'number' for value: 1"],
    ["{% 'true' %}", `Expected 'boolean', but was 'string' for value: "true"`],
    ['{% $states.input.no %}', 'returned nothing (undefined)'],
  ])('fails on the condition %s', async (condition, reason) => {
    const ran = await runMachine(choice(condition, { Default: 'No' }));
    expect(ran.error).toBe('States.QueryEvaluationError');
    expect(ran.cause).toContain(reason);
    expect(ran.types).toContain('EvaluationFailed');
  });

  it.each([
    [true, 'yes'],
    ['{% 1 = 1 %}', 'yes'],
    [false, 'no'],
  ])('follows the condition %s', async (condition, output) => {
    expect((await runMachine(choice(condition, { Default: 'No' }))).output).toBe(output);
  });
});

describe('Fail', () => {
  it.each([
    [{ Error: "{% 'E' & 1 %}", Cause: '{% $states.input.why %}' }, 'E1', 'because'],
    [{ Error: 'E' }, 'E', undefined],
    [{ Cause: 'C' }, undefined, 'C'],
  ])('%j', async (fields, error, cause) => {
    const ran = await runMachine(machine({ F: { Type: 'Fail', ...fields } }), { input: { why: 'because' } });
    expect([ran.status, ran.error, ran.cause]).toEqual(['FAILED', error, cause]);
  });
});

describe('Wait', () => {
  it.each([
    [{ Seconds: -1 }, 'must be an integer'],
    [{ Seconds: '{% 1.5 %}' }, 'must be an integer'],
    [{ Seconds: "{% 'a' %}" }, "Expected 'number', but was 'string'"],
    [{ Timestamp: '2026-01-01' }, 'cannot be parsed as an ISO-8601 extended offset date-time'],
    [{ Timestamp: '2026-01-01T00:00:00' }, 'cannot be parsed as an ISO-8601 extended offset date-time'],
  ])('refuses %j', async (fields, reason) => {
    const ran = await runMachine(machine({ W: { Type: 'Wait', ...fields, End: true } }));
    expect([ran.status, ran.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(ran.cause).toContain(reason);
  });

  it.each([
    [{ Seconds: 90 }, 90],
    [{ Seconds: '{% $states.input.n * 60 %}' }, 600],
    [{ Timestamp: '2026-01-01T01:00:00Z' }, 3600],
    [{ Timestamp: '2026-01-01T03:00:00+02:00' }, 3600],
    [{ Timestamp: '2020-01-01T00:00:00Z' }, 0],
  ])('%j takes %i simulated seconds', async (fields, seconds) => {
    const ran = await runMachine(machine({ W: { Type: 'Wait', ...fields, End: true } }), {
      input: { n: 10 },
    });
    expect([ran.status, ran.seconds]).toEqual(['SUCCEEDED', seconds]);
  });
});

describe('variables', () => {
  it('are assigned all at once, from the previous values', async () => {
    const ran = await runMachine(
      machine({
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
        C: {
          Type: 'Pass',
          Output: { before: '{% $states.input %}', x: '{% $x %}', y: '{% $y %}' },
          End: true,
        },
      }),
    );
    expect(ran.output).toEqual({ before: 1, x: 2, y: 1 });
  });

  it('of the outer scope are readable inside, and those assigned inside stay inside', async () => {
    const inner = machine({
      I: { Type: 'Pass', Assign: { own: '{% $outer + 1 %}' }, Next: 'J' },
      J: { Type: 'Pass', Output: '{% $own %}', End: true },
    });
    const ran = await runMachine(
      machine({
        A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'P' },
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: inner.StartAt ?? '', States: inner.States ?? {} }],
          Assign: { result: '{% $states.result[0] %}' },
          Next: 'Z',
        },
        Z: { Type: 'Pass', Output: '{% {"result": $result, "leaked": $exists($own)} %}', End: true },
      }),
    );
    expect(ran.output).toEqual({ result: 2, leaked: false });
  });

  it('are not visible in the children of a distributed Map', async () => {
    const ran = await runMachine(
      machine({
        A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'M' },
        M: {
          Type: 'Map',
          Items: [1],
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'I',
            States: { I: { Type: 'Pass', Output: '{% $exists($outer) %}', End: true } },
          },
          End: true,
        },
      }),
    );
    expect(ran.output).toEqual([false]);
  });
});

it('Parallel passes Arguments to its branches and returns their outputs in order', async () => {
  const slow = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, Next: 'O' }, O: pass('slow') } };
  const fast = { StartAt: 'O', States: { O: pass('fast') } };
  const ran = await runMachine(
    machine({ P: { Type: 'Parallel', Arguments: { n: '{% 1 + 1 %}' }, Branches: [slow, fast], End: true } }),
  );
  expect(ran.output).toEqual([
    { name: 'slow', n: 2 },
    { name: 'fast', n: 2 },
  ]);
  expect(ran.seconds).toBe(10);
});

function pass(name: string): JsonObject {
  return { Type: 'Pass', Output: { name, n: '{% $states.input.n %}' }, End: true };
}

it('a machine without its time limit times out', async () => {
  const ran = await runMachine(
    machine({ W: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 5 }),
  );
  expect([ran.status, ran.seconds, ran.error]).toEqual(['TIMED_OUT', 5, undefined]);
  expect(ran.types.at(-1)).toBe('ExecutionTimedOut');
});
