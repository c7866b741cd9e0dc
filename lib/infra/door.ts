import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Settings } from '../model/settings.ts';
import { busName, configParameterName, personPolicyName, physicalName } from './names.ts';

export interface DoorProps {
  /** Accepts requests. */
  requests: lambda.IFunction;
  /** Accepts decisions. */
  decisions: lambda.IFunction;
  settings: Settings;
}

/**
 * The API for people: function URLs that accept only signed requests, one for requests and one for decisions, so that
 * no function's role can decide on its own request.
 *
 * A direct call of the function without its URL could contain any identity. So every grant of `lambda:InvokeFunction`
 * requires a call through the URL, and the policy for people denies all other calls, whatever their other policies
 * allow ("Control access to Lambda function URLs", Lambda Developer Guide: since October 2025 a URL needs
 * `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`).
 */
export class Door extends Construct {
  /** Ends in a slash. */
  readonly url: string;
  readonly decisionsUrl: string;
  readonly personPolicy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: DoorProps) {
    super(scope, id);
    const { settings, requests, decisions } = props;
    const authType = lambda.FunctionUrlAuthType.AWS_IAM;
    this.url = new lambda.FunctionUrl(this, 'Url', { function: requests, authType }).url;
    this.decisionsUrl = new lambda.FunctionUrl(this, 'DecisionsUrl', { function: decisions, authType }).url;
    const { account } = Stack.of(this);
    const others = otherAccounts(settings).filter((one) => one !== account);
    for (const one of [account, ...others]) {
      const suffix = one === account ? '' : `-${one}`;
      admit(this, requests, one, suffix);
      admit(this, decisions, one, `Decisions${suffix}`);
    }
    this.personPolicy = personPolicy(this, [requests.functionArn, decisions.functionArn]);
  }
}

/** Returns the other accounts in voices of the settings: `role/ACCOUNT/NAME`, `user/ACCOUNT/NAME`. */
function otherAccounts({ groups, people }: Settings): string[] {
  const voices = [...Object.values(groups), ...Object.values(people)].flat();
  const accounts = voices.flatMap((voice) => /^(?:role|user)\/(\d{12})\//.exec(voice)?.[1] ?? []);
  return [...new Set(accounts)].sort();
}

/** Allows an account to grant access to its principals. Their own policies must allow it too. */
function admit(scope: Construct, door: lambda.IFunction, account: string, suffix: string): void {
  const props = { functionName: door.functionArn, principal: account };
  new lambda.CfnPermission(scope, `UrlPermission${suffix}`, {
    ...props,
    action: 'lambda:InvokeFunctionUrl',
    functionUrlAuthType: 'AWS_IAM',
  });
  new lambda.CfnPermission(scope, `InvokePermission${suffix}`, {
    ...props,
    action: 'lambda:InvokeFunction',
    invokedViaFunctionUrl: true,
  });
}

/** Creates the policy with the permissions that a person needs, and with the denials that restrict them to it. */
function personPolicy(scope: Construct, doors: string[]): iam.ManagedPolicy {
  const stack = Stack.of(scope);
  const ours = physicalName('*');
  const functions = stack.formatArn({ service: 'lambda', resource: `function:${ours}` });
  const machines = stack.formatArn({ service: 'states', resource: `stateMachine:${ours}` });
  const bus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: busName });
  const parameter = stack.formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: configParameterName.slice(1),
  });
  const policy = new iam.ManagedPolicy(scope, 'Person', {
    managedPolicyName: personPolicyName,
    description: 'Baton: to submit requests, approve, reject and withdraw; for users and roles of people',
    statements: [
      new iam.PolicyStatement({
        sid: 'TheDoor',
        actions: ['lambda:InvokeFunctionUrl'],
        resources: doors,
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      }),
      new iam.PolicyStatement({
        sid: 'ByItsUrl',
        actions: ['lambda:InvokeFunction'],
        resources: doors,
        conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      }),
      new iam.PolicyStatement({
        sid: 'WhereItIs',
        actions: ['ssm:GetParameter'],
        resources: [parameter],
      }),
      new iam.PolicyStatement({
        sid: 'NoOtherWay',
        effect: iam.Effect.DENY,
        actions: ['lambda:InvokeFunction', 'lambda:InvokeAsync'],
        resources: [functions, `${functions}:*`],
        // AWS doesn't document whether a call without a URL has this key, so an absent key counts as false.
        conditions: { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } },
      }),
      new iam.PolicyStatement({
        sid: 'NobodyElsesTask',
        effect: iam.Effect.DENY,
        actions: ['states:StartExecution', 'states:StartSyncExecution', 'states:SendTask*'],
        resources: [machines, `${machines}/*`],
      }),
      // A person who submits through the bus is a source, and could approve the request as themselves.
      new iam.PolicyStatement({
        sid: 'NoOtherName',
        effect: iam.Effect.DENY,
        actions: ['events:PutEvents'],
        resources: [bus],
      }),
    ],
  });
  return policy;
}
