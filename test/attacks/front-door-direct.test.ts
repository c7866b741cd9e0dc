import { describe, expect, test } from 'vitest';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import { evaluate } from '../../lib/local/iam/evaluate.ts';
import { type Identity, serviceIdentity, sessionIdentity } from '../../lib/local/iam/identity.ts';
import {
  administratorAccess,
  type PolicyDocument,
  parsePolicyDocument,
} from '../../lib/local/iam/policy-document.ts';
import { loadAssembly } from '../../lib/local/template/assembly.ts';
import { Stack } from '../../lib/local/template/stack.ts';
import { assembly } from '../infra/synthesized.ts';

/**
 * A direct call of the function behind the front door can contain any identity: EventBridge Scheduler, a state machine,
 * an API or a queue can pass any input to a function. The protection is that nothing created through Baton may call it,
 * no role of the stack does, and no service may in its own name.
 */
const account = '111111111111';
const stack = new Stack(loadAssembly(assembly), {
  account,
  region: 'us-east-1',
  endpoint: 'http://localhost',
});
const door = stack.ofType('AWS::Lambda::Function').find(({ name }) => name === 'baton-front-door')?.arn ?? '';
const forms = [door, `${door}:$LATEST`, `${door}:live`, `${door}:1`];

/** The statements of the template that allow calling the function, as Lambda stores them. */
const resourcePolicy = parsePolicyDocument({
  Statement: stack
    .ofType('AWS::Lambda::Permission')
    .filter(({ properties }) => [door, 'baton-front-door'].includes(String(properties.FunctionName)))
    .map(({ properties: { Principal, Action, InvokedViaFunctionUrl, FunctionUrlAuthType } }) => ({
      Effect: 'Allow',
      Principal: { AWS: String(Principal) },
      Action: String(Action),
      Resource: door,
      Condition: {
        ...(InvokedViaFunctionUrl === undefined
          ? {}
          : { Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) } }),
        ...(FunctionUrlAuthType === undefined
          ? {}
          : { StringEquals: { 'lambda:FunctionUrlAuthType': String(FunctionUrlAuthType) } }),
      },
    })),
});

const boundary = parsePolicyDocument(
  stack.ofType('AWS::IAM::ManagedPolicy').find(({ name }) => name === 'baton-boundary')?.properties
    .PolicyDocument ?? {},
);

const role = (name: string, policies: PolicyDocument[], permissionsBoundary?: PolicyDocument) =>
  sessionIdentity({ arn: `arn:aws:iam::${account}:role/${name}`, policies, permissionsBoundary }, 'x');

const allowing = (Action: string | string[], Resource: string | string[]) =>
  parsePolicyDocument({ Statement: [{ Effect: 'Allow', Action, Resource }] });

/** Resources that a request can create and that call functions, with the permissions they would grant themselves. */
const madeThroughBaton: [string, PolicyDocument][] = [
  ['a role for Scheduler', allowing('lambda:InvokeFunction', door)],
  ["a state machine's role", allowing('lambda:InvokeFunction', `${door}:*`)],
  ["a state machine's role with every function", allowing('lambda:*', '*')],
  ["an API's role", allowing(['lambda:InvokeFunction', 'lambda:InvokeAsync'], '*')],
  ["a pipe's role", allowing('lambda:Invoke*', 'arn:aws:lambda:*:*:function:*')],
  [
    "another function's role",
    allowing('lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:111111111111:function:baton-*'),
  ],
  ['a role with everything', administratorAccess],
];

/** Services that call functions in their own name, if the function's policy allows it. */
const services = [
  ...[
    'scheduler',
    'states',
    'events',
    'apigateway',
    's3',
    'sns',
    'cognito-idp',
    'config',
    'elasticloadbalancing',
  ],
  ...['secretsmanager', 'iot', 'lex', 'logs', 'ses', 'codepipeline', 'vpc-lattice', 'pipes', 'bedrock'],
];

/** Ways to call the function, directly or indirectly. */
const actions = [
  ...['lambda:InvokeFunction', 'lambda:InvokeAsync', 'lambda:AddPermission', 'lambda:UpdateFunctionCode'],
  ...['lambda:UpdateFunctionConfiguration', 'lambda:PutFunctionEventInvokeConfig', 'lambda:CreateAlias'],
  ...['lambda:UpdateFunctionUrlConfig', 'lambda:CreateFunctionUrlConfig', 'lambda:InvokeWithResponseStream'],
];

function allowed(caller: Identity, action: string, context: Record<string, string> = {}): string[] {
  return forms.filter((resource) => evaluate({ caller, action, resource, resourcePolicy, context }).allowed);
}

describe('a direct call of the function behind the front door', () => {
  test('the front door, its policy and a boundary exist', () => {
    expect(door).toContain('function:baton-front-door');
    expect(resourcePolicy.Statement.length).toBeGreaterThanOrEqual(2);
    expect(boundary.Statement.length).toBeGreaterThan(1);
    // The same permissions without the boundary allow the call, so the boundary is what protects.
    expect(allowed(role('made', [administratorAccess]), 'lambda:InvokeFunction')).toEqual(forms);
  });

  for (const [who, policy] of madeThroughBaton)
    test(`is denied for ${who} made through Baton, under every name of the function`, () => {
      const caller = role('made', [policy], boundary);
      for (const action of actions) expect([action, allowed(caller, action)]).toEqual([action, []]);
    });

  test.each(services)('is denied by %s under its own name', (service) => {
    const caller = serviceIdentity(account, `${service}.amazonaws.com`);
    for (const action of actions) expect([action, allowed(caller, action)]).toEqual([action, []]);
  });

  test('is denied for roles of the stack', () => {
    for (const own of rolesOf(stack).values())
      for (const action of ['lambda:InvokeFunction', 'lambda:InvokeAsync'])
        expect([own.name, allowed(sessionIdentity(own, 'x'), action)]).toEqual([own.name, []]);
  });

  test('its policy admits signed calls through the URL only', () => {
    for (const { Principal, Condition } of resourcePolicy.Statement) {
      expect(JSON.stringify(Principal)).toMatch(/\d{12}/);
      expect(JSON.stringify(Condition)).toMatch(
        /InvokedViaFunctionUrl":\[?"true"|FunctionUrlAuthType":\[?"AWS_IAM"/,
      );
    }
  });
});
