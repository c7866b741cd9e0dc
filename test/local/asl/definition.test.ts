import { describe, expect, it } from 'vitest';
import type { InvalidDefinition } from '../../../lib/local/asl/errors.ts';
import { loadMachine } from '../../../lib/local/asl/load.ts';
import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import { machine } from './run-machine.ts';

const one = (state: JsonObject, more: JsonObject = {}) => machine({ S: state }, more);
const pass = { Type: 'Pass', End: true };

function problems(definition: JsonValue | string): string[] {
  try {
    loadMachine(definition);
    return [];
  } catch (error) {
    return (error as InvalidDefinition).problems;
  }
}

it.each<[string, JsonValue | string, string]>([
  ['invalid JSON', '{', 'INVALID_JSON_DESCRIPTION'],
  ['not an object', '[]', 'expected an object'],
  ['an unknown field', one(pass, { Owner: 'x' }), "Field 'Owner' is not supported at /Owner"],
  [
    'an unknown type',
    one({ Type: 'Loop', End: true }),
    "State type 'Loop' is not supported at /States/S/Type",
  ],
  [
    'an unknown field of a state',
    one({ ...pass, Color: 1 }),
    "Field 'Color' is not supported by the QueryLanguage JSONata",
  ],
  [
    'JSONPath in a JSONata state',
    one({ ...pass, ResultPath: '$' }),
    "Field 'ResultPath' is not supported by the QueryLanguage JSONata",
  ],
  [
    'a JSONPath state',
    one({ ...pass, QueryLanguage: 'JSONPath', Parameters: {} }),
    "Field 'Parameters' needs the QueryLanguage JSONata",
  ],
  [
    'a JSONPath machine',
    one({ ...pass, OutputPath: '$' }, { QueryLanguage: 'JSONPath' }),
    "Field 'OutputPath' needs the QueryLanguage JSONata",
  ],
  ['a missing start state', machine({ S: pass }, { StartAt: 'X' }), "there is no state 'X' at /StartAt"],
  ['a missing next state', one({ Type: 'Pass', Next: 'X' }), "there is no state 'X' at /States/S"],
  ['neither next nor end', one({ Type: 'Pass' }), "exactly one of 'Next' and 'End' is required at /States/S"],
  ['both next and end', one({ Type: 'Pass', Next: 'S', End: true }), "exactly one of 'Next' and 'End'"],
  [
    'an expression that does not parse',
    one({ ...pass, Output: { a: '{% 1 + %}' } }),
    'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/Output/a',
  ],
  [
    'an unknown resource',
    one({ Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true }),
    'glue:startJobRun.sync',
  ],
  [
    'an activity',
    one({ Type: 'Task', Resource: 'arn:aws:states:us-east-1:1:activity:a', End: true }),
    'activity:a',
  ],
  [
    'a pattern the service lacks',
    one({ Type: 'Task', Resource: 'arn:aws:states:::dynamodb:getItem.sync', End: true }),
    'getItem.sync',
  ],
  [
    'an ItemReader',
    one({ Type: 'Map', ItemReader: {}, ItemProcessor: { StartAt: 'P', States: { P: pass } }, End: true }),
    'ItemReader is not supported',
  ],
  [
    'a bad retry',
    one({ Type: 'Parallel', Branches: [], Retry: [{ ErrorEquals: ['x'], MaxAttempts: -1 }], End: true }),
    'expected a number of at least 0, got -1 at /States/S/Retry[0]/MaxAttempts',
  ],
  [
    'States.ALL with others',
    one({
      Type: 'Parallel',
      Branches: [],
      Catch: [{ ErrorEquals: ['States.ALL', 'x'], Next: 'S' }],
      End: true,
    }),
    "'States.ALL' must stand alone at /States/S/Catch[0]/ErrorEquals",
  ],
  [
    'States.ALL before others',
    one({
      Type: 'Parallel',
      Branches: [],
      Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['x'] }],
      End: true,
    }),
    "'States.ALL' must come last at /States/S/Retry[0]/ErrorEquals",
  ],
])('refuses %s', (_, definition, problem) => {
  expect(problems(definition).join('\n')).toContain(problem);
});

it('rejects a task token in an express machine at any depth', () => {
  const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
  const Branches = [{ StartAt: 'T', States: { T: { Type: 'Task', Resource, End: true } } }];
  const definition = one({ Type: 'Parallel', Branches, End: true });
  expect(problems(definition)).toEqual([]);
  expect(() => loadMachine(definition, 'EXPRESS')).toThrow('cannot wait for a job or a token at /States/T');
});

it('reports all problems at once', () => {
  expect(problems(machine({ A: { Type: 'Nope' }, B: { Type: 'Pass', Next: 'C' } }, { X: 1 }))).toHaveLength(
    4,
  );
});

it('accepts a JSONPath state without JSONPath fields', () => {
  const states = {
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Wait', Seconds: 1, Next: 'C' },
    C: { Type: 'Succeed' },
  };
  expect(problems({ StartAt: 'A', States: states })).toEqual([]);
});

describe('references in an expression', () => {
  const refused: [expression: string, name: string][] = [
    ['phone', 'phone'],
    ['phone[0]', 'phone'],
    ['phone.home', 'phone'],
    ['$.phone', '$'],
    ['$$.phone', '$$'],
    ['1 + phone', 'phone'],
    ['{"a": phone}', 'phone'],
    ['[phone]', 'phone'],
    ['$count(phone)', 'phone'],
    ['$x ? phone : 1', 'phone'],
    ['($y := phone; $y)', 'phone'],
    ['$map($x, function($i) { phone })', 'phone'],
    ['*', '*'],
  ];
  it.each(refused)('%s is rejected', (expression, name) => {
    expect(problems(one({ ...pass, Output: { a: [`{% ${expression} %}`] } }))).toEqual([
      `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${name}' at the top level is not supported. at /States/S/Output/a[0]`,
    ]);
  });

  it.each([
    '$states.input.phone',
    '$states.input.phones[type = "home"].number',
    '$states.input.phones.{"n": number}',
    '$states.input{type: number}',
    '$states.input.phones^(>number)',
    '$map($x, function($i) { $i.phone })',
    '$x ~> |phones|{"n": number}|',
    '($y := 1; $y + $x.phone)',
  ])('%s is accepted', (expression) => {
    expect(problems(one({ ...pass, Output: `{% ${expression} %}` }))).toEqual([]);
  });

  it('are reported with their location', () => {
    const Choices = [{ Condition: '{% phone = 1 %}', Next: 'S' }];
    expect(problems(one({ Type: 'Choice', Choices }))[0]).toMatch(
      / at \/States\/S\/Choices\[0\]\/Condition$/,
    );
    const Branches = [{ StartAt: 'B', States: { B: { Type: 'Wait', Seconds: '{% s %}', End: true } } }];
    expect(problems(one({ Type: 'Parallel', Branches, End: true }))[0]).toMatch(
      / at \/States\/S\/Branches\[0\]\/States\/B\/Seconds$/,
    );
  });
});
