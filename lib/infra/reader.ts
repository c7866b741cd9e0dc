import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { grantOf } from './grants.ts';
import { machineNames } from './machine-table.ts';
import { acknowledgeWildcards } from './nag.ts';
import { configParameterName, executionArns, readerPolicyName } from './names.ts';
import type { Reach } from './reach.ts';

/**
 * Creates the policy for reading everything without changing anything: for approvers in addition to the policy for the
 * front door, and for auditors alone. No document contains the value of a secret.
 */
export function readerPolicy(scope: Construct, reach: Reach): iam.ManagedPolicy {
  const parameter = Stack.of(scope).formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: configParameterName.slice(1),
  });
  const executions = machineNames(reach.machines).flatMap((name) => executionArns(scope, name));
  const stored = (['ledger:read', 'inventory:read', 'documents:read'] as const).flatMap((name) =>
    grantOf(name).statements(reach),
  );
  const policy = new iam.ManagedPolicy(scope, 'Reader', {
    managedPolicyName: readerPolicyName,
    description: 'Baton: to read changes, assets and the audit trail; for approvers and auditors',
    statements: [
      ...stored,
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: executions,
      }),
      new iam.PolicyStatement({
        actions: ['states:DescribeMapRun', 'states:ListExecutions'],
        resources: executions.map((arn) => arn.replace(':execution:', ':mapRun:')),
      }),
      new iam.PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [reach.sealKey.keyArn] }),
      new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter] }),
    ],
  });
  acknowledgeWildcards(policy, [[/./, 'Reading alone: all documents, all executions of Baton.']]);
  return policy;
}
