import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../lib/model/json.ts';
import { machine, runMachine, START_MILLIS } from './run-machine.ts';

async function evaluate(expression: string, input: JsonValue = {}) {
  const ran = await runMachine(machine({ P: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }), {
    input,
  });
  return ran.status === 'SUCCEEDED' ? ran.output : `${ran.error}: ${ran.cause?.split('). ')[1]}`;
}

const FIELD = "specified for the field 'Output'";
const QUERY = 'States.QueryEvaluationError: The JSONata expression';

describe('expressions without a usable result', () => {
  const cases: [expression: string, reason: string][] = [
    ['$nothing', 'returned nothing (undefined).'],
    ['$states.input.missing', 'returned nothing (undefined).'],
    ['[][0]', 'returned nothing (undefined).'],
    ['function($x){$x}', 'returned an unsupported result type.'],
    ['$sum', 'returned an unsupported result type.'],
    ['{"f": $sum}', 'returned an unsupported result type.'],
    ['$eval("1")', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['1 + "a"', 'threw an error during evaluation. T2002: '],
  ];
  it.each(cases)('%s', async (expression, reason) => {
    expect(await evaluate(expression)).toContain(`${QUERY} '${expression}' ${FIELD} ${reason}`);
  });
});

describe('functions that Step Functions adds', () => {
  const cases: [expression: string, result: JsonValue][] = [
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1], 4)', [[1]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(0, 1, 0.25)', [0, 0.25, 0.5, 0.75, 1]],
    ['$range(7, 7, 1)', 7],
    ['[$range(7, 7, 1)]', [7]],
    ['$count([$range(0, 9999, 1)])', 10_000],
    ['$parse("{\\"a\\": [1, null]}")', { a: [1, null] }],
    ['$hash("x", "SHA-256")', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
    ['$hash("x", "MD5")', '9dd4e461268c8034f5c8564e155c67a6'],
    ['$random(1) = $random(1)', true],
    ['$random(1) = $random(2)', false],
    ['$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)', true],
    ['$millis()', START_MILLIS],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ['$now("[Y]/[M01]")', '2026/01'],
  ];
  it.each(cases)('%s', async (expression, result) => {
    expect(await evaluate(expression)).toEqual(result);
  });

  it.each(['$range(1, 2, 0)', '$partition([1], 0)', '$hash("x", "CRC")', '$parse("{")'])(
    '%s fails by name',
    async (expression) => {
      expect(await evaluate(expression)).toMatch(
        /^States\.QueryEvaluationError: .* threw an error during evaluation/,
      );
    },
  );
});

it('does not collapse a variable with one element', async () => {
  const ran = await runMachine(
    machine({
      A: { Type: 'Pass', Assign: { list: '{% $filter([1, 2], function($x) { $x > 0 }) %}' }, Next: 'B' },
      B: { Type: 'Pass', Assign: { list: ['{% $list[0] %}'] }, Next: 'C' },
      C: { Type: 'Pass', Output: '{% $list %}', End: true },
    }),
  );
  expect(ran.output).toEqual([1]);
});

it('treats a string as an expression only if the braces enclose it', async () => {
  const Output = { a: ' {% 1 %}', b: '{% 1 %} ', c: 'x{% 1 %}', d: '{%1%}', e: '{% \n 2 \n %}' };
  const ran = await runMachine(machine({ P: { Type: 'Pass', Output, End: true } }));
  expect(ran.output).toEqual({ ...Output, d: 1, e: 2 });
});

it('provides the context object', async () => {
  const ran = await runMachine(machine({ P: { Type: 'Pass', Output: '{% $states.context %}', End: true } }), {
    input: { a: 1 },
  });
  expect(ran.output).toEqual({
    Execution: {
      Id: 'arn:aws:states:us-east-1:111111111111:execution:machine:run',
      Input: { a: 1 },
      Name: 'run',
      RoleArn: 'role',
      StartTime: '2026-01-01T00:00:00.000Z',
      RedriveCount: 0,
    },
    State: { EnteredTime: '2026-01-01T00:00:00.000Z', Name: 'P', RetryCount: 0 },
    StateMachine: { Id: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine', Name: 'machine' },
  });
});
