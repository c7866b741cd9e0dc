import { Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { functionTable } from '../../lib/infra/functions.ts';
import { grants } from '../../lib/infra/grants.ts';
import type { Reach } from '../../lib/infra/reach.ts';

const stack = new Stack(undefined, 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
const statements = (verdictFunctions: Reach['verdictFunctions']) =>
  grants['verdicts:ask']
    .statements({ stack, verdictFunctions } as Reach)
    .map((statement) => stack.resolve(statement.toStatementJson()));

test('Baton may call exactly the functions that the settings name, and none that another environment made', () => {
  expect(statements([])).toEqual([]);
  const arn = (name: string) => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:lambda:eu-west-1:111111111111:function:${name}`]],
  });
  const under = (environment: string) => ({
    StringEqualsIfExists: { 'aws:ResourceTag/baton:environment': environment },
  });
  const allowed = { Effect: 'Allow', Action: 'lambda:InvokeFunction' };
  expect(
    statements([
      ['dev', ['one', 'two']],
      ['prod', ['three']],
    ]),
  ).toEqual([
    { ...allowed, Resource: [arn('one'), arn('two')], Condition: under('dev') },
    { ...allowed, Resource: arn('three'), Condition: under('prod') },
  ]);
});

test('only the pump may', () => {
  const holders = Object.entries(functionTable).filter(([, row]) => row.grants.includes('verdicts:ask'));
  expect(holders.map(([name]) => name)).toEqual(['pump']);
});
