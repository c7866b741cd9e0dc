import { describe, expect, test } from 'vitest';
import { listOf, plain, resourcesOf } from './synthesized.ts';

const statements = (policyName: string) => {
  const [, policy] =
    resourcesOf('AWS::IAM::ManagedPolicy').find(
      ([, { ManagedPolicyName }]) => ManagedPolicyName === policyName,
    ) ?? [];
  const document = policy?.PolicyDocument as { Statement: Record<string, unknown>[] } | undefined;
  return (document?.Statement ?? []).map(({ Effect, Action, Resource, Condition }) => ({
    effect: Effect,
    actions: listOf(Action).map(String).sort(),
    resources: listOf(Resource).map(plain),
    condition: Condition,
  }));
};

/** The functions for submitting and for deciding. */
const doors = ['FunctionsFrontDoor', 'FunctionsDecisionDoor'];

describe('the front door', () => {
  test('accepts only signed requests', () => {
    const urls = resourcesOf('AWS::Lambda::Url').map(([, url]) => url);
    expect(urls.map(({ AuthType }) => AuthType)).toEqual(['AWS_IAM', 'AWS_IAM']);
    expect(urls.map(({ TargetFunctionArn }) => plain(TargetFunctionArn))).toEqual(doors);
  });

  for (const door of doors)
    test(`admits callers of ${door} only through its URL, which alone proves who they are`, () => {
      const permissions = resourcesOf('AWS::Lambda::Permission')
        .map(([, permission]) => permission)
        .filter(({ FunctionName }) => plain(FunctionName) === door)
        .map(({ FunctionName: _, Principal, ...rest }) => ({ ...rest, principal: Principal }));
      const principal = { Ref: 'AWS::AccountId' };
      expect(permissions).toEqual([
        { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM', principal },
        { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, principal },
      ]);
    });

  test('is where the command line looks for it', () => {
    const [[, parameter] = []] = resourcesOf('AWS::SSM::Parameter');
    expect(JSON.stringify(parameter?.Value)).toContain('"FunctionUrl"');
  });
});

describe('the policy of people', () => {
  const all = statements('baton-person');

  test('allows the URL of the front door and reading its address, and nothing else', () => {
    const allowed = all
      .filter(({ effect }) => effect === 'Allow')
      .map((one) => ({ ...one, resources: [...one.resources].sort() }));
    expect(allowed).toEqual([
      {
        effect: 'Allow',
        actions: ['lambda:InvokeFunctionUrl'],
        resources: [...doors].sort(),
        condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        effect: 'Allow',
        actions: ['lambda:InvokeFunction'],
        resources: [...doors].sort(),
        condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      },
      {
        effect: 'Allow',
        actions: ['ssm:GetParameter'],
        resources: ['ssm:parameter/baton/config'],
        condition: undefined,
      },
    ]);
  });

  test('denies every other way, whatever other policies allow', () => {
    const denied = all.filter(({ effect }) => effect === 'Deny');
    expect(denied.map(({ actions }) => actions)).toEqual([
      ['lambda:InvokeAsync', 'lambda:InvokeFunction'],
      ['states:SendTask*', 'states:StartExecution', 'states:StartSyncExecution'],
      ['events:PutEvents'],
    ]);
    expect(denied[2]?.resources).toEqual(['events:event-bus/baton']);
    expect(denied[0]?.condition).toEqual({ BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } });
    expect(denied[1]?.condition).toBeUndefined();
  });
});

describe('the policy of readers', () => {
  test('does not allow changes', () => {
    const all = statements('baton-reader');
    expect(all.map(({ effect }) => effect)).not.toContain('Deny');
    const reading = /:(?:Get|List|BatchGet|Query|Describe|ConditionCheck|Decrypt)/;
    expect(all.flatMap(({ actions }) => actions).filter((action) => !reading.test(action))).toEqual([]);
  });

  test('covers only the tables, documents and executions of Baton', () => {
    expect(statements('baton-reader').flatMap(({ resources }) => resources)).not.toContain('*');
  });
});

describe('the bus denies', () => {
  const guards = resourcesOf('AWS::Events::EventBusPolicy').map(([, { Statement }]) => {
    const { Condition } = Statement as { Condition: Record<string, Record<string, unknown>> };
    return {
      source: Condition['ForAnyValue:StringEquals']?.['events:source'],
      but: listOf(Condition.ArnNotLike?.['aws:PrincipalArn']).map(plain),
    };
  });
  test('events with the source of people, except from the front door', () => {
    expect(guards.find(({ source }) => String(source) === 'baton.person')?.but).toEqual([
      'FunctionsFrontDoorRole',
    ]);
  });
});
