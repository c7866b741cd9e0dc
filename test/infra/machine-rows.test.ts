import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { BatonStack, type BatonStackProps } from '../../lib/infra/baton-stack.ts';
import type { MachineTable } from '../../lib/infra/machine-table.ts';
import type { RuleTable } from '../../lib/infra/rule-table.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { lambdaTask, type MachineParts, nestedExecution } from '../../statemachines/parts.ts';

/** A machine as it would be defined in `statemachines/warm-asset.ts`. */
function warmAsset(scope: Construct, { functions, machines }: MachineParts<'govern-request'>) {
  const observe = lambdaTask(scope, 'Observe', {
    comment: 'Reads the metric',
    function: functions['find-requests'],
    payload: {},
  });
  const request = nestedExecution(scope, 'Request', machines['govern-request'], {
    comment: 'Submits a request for the capacity, like anybody else',
    about: {},
    input: {},
  });
  return observe.next(request).next(sfn.Succeed.jsonata(scope, 'Asked'));
}

const row: MachineTable[string] = {
  comment: 'From a metric to the desired capacity',
  timeout: Duration.hours(1),
  starts: ['govern-request'],
  definition: warmAsset,
  settled: true,
  stoppable: true,
};

const rules: RuleTable = {
  CapacityAlarm: {
    description: 'An alarm on capacity starts scaling',
    on: { bus: 'default', pattern: () => ({ source: ['aws.cloudwatch'] }) },
    target: { machine: 'warm-asset' },
  },
};

const root = join(import.meta.dirname, '..', '..');
/** The feature flags of the CDK in `cdk.json`. */
const flags = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context;
const settings = readSettings({
  environments: { dev: { policyPacks: [{ name: 'starter' }], resourceTypes: ['AWS::SQS::Queue'] } },
});

function stackWith(more: BatonStackProps['more']): BatonStack {
  const code = lambda.Code.fromAsset(join(root, 'lambdas'));
  return new BatonStack(new App({ analyticsReporting: false, context: flags }), 'Baton', {
    settings,
    code,
    more,
  });
}

describe('rejects invalid rows', () => {
  const cases: [string, BatonStackProps['more'], message: RegExp][] = [
    [
      'machines that start each other',
      { machines: { 'govern-request': { ...row, starts: ['apply-plan'] }, 'apply-plan': row } },
      /govern-request → apply-plan → govern-request: expected machines that don't start each other/,
    ],
    ['a rule for a missing machine', { rules }, /there is no machine warm-asset/],
  ];
  for (const [name, more, message] of cases)
    test(name, () => {
      expect(() => stackWith(more)).toThrow(message);
    });
});

test('one row creates a machine that is logged, monitored, found, settled and stopped, and one row starts it', () => {
  const template = Template.fromStack(stackWith({ machines: { 'warm-asset': row }, rules }));
  const texts = (type: string) =>
    Object.values(template.findResources(type)).map((resource) => JSON.stringify(resource));
  const named = (type: string, name: string) => texts(type).filter((text) => text.includes(`"${name}"`));
  expect({
    machine: named('AWS::StepFunctions::StateMachine', 'baton-warm-asset').length,
    role: named('AWS::IAM::Role', 'baton-warm-asset').length,
    log: named('AWS::Logs::LogGroup', '/aws/vendedlogs/states/baton-warm-asset').length,
    alarms: ['baton-warm-asset-ended', 'baton-capacity-alarm-dead-letters'].flatMap((name) =>
      named('AWS::CloudWatch::Alarm', name),
    ).length,
    rule: named('AWS::Events::Rule', 'baton-capacity-alarm').length,
    starter: named('AWS::IAM::Role', 'baton-start-warm-asset').length,
  }).toEqual({ machine: 1, role: 1, log: 1, alarms: 2, rule: 1, starter: 1 });

  const speaksOf = (type: string, id: string, text: string) =>
    Object.entries(template.findResources(type))
      .filter(([logicalId]) => logicalId.startsWith(id))
      .some(([, resource]) => JSON.stringify(resource).includes(text));
  expect({
    settled: speaksOf('AWS::Events::Rule', 'RulesExecutionEnded', 'stateMachine:baton-warm-asset'),
    read: speaksOf('AWS::IAM::ManagedPolicy', 'Reader', 'execution:baton-warm-asset'),
    listed: speaksOf('AWS::SSM::Parameter', 'Config', 'stateMachine:baton-warm-asset'),
    stopped: speaksOf('AWS::IAM::Policy', 'FunctionsSettleRole', 'execution:baton-warm-asset'),
    observed: speaksOf('AWS::IAM::Policy', 'FunctionsFindRequestsRole', 'execution:baton-warm-asset'),
    startsOnlyItsOwn: !speaksOf('AWS::IAM::Policy', 'MachinesWarmAsset', 'MachinesApplyPlanMachine'),
  }).toEqual({
    settled: true,
    read: true,
    listed: true,
    stopped: true,
    observed: true,
    startsOnlyItsOwn: true,
  });
});
