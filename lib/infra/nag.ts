import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges cdk-nag findings for a construct and its descendants, each with a reason.
 *
 * @param findings the reasons by finding id, such as `AwsSolutions-SQS3`
 */
export function acknowledge(scope: IConstruct, findings: Record<string, string>): void {
  for (const [id, reason] of Object.entries(findings)) Validations.of(scope).acknowledge({ id, reason });
}

/** The reason for a wildcard: a pattern for the resource as cdk-nag writes it, and the reason. */
export type WildcardReason = readonly [resource: RegExp, reason: string];

/**
 * Acknowledges the wildcard resources (AwsSolutions-IAM5) of all policies below a construct that one of the reasons
 * covers. Any other wildcard stays a finding. Call this after all statements were added.
 */
export function acknowledgeWildcards(scope: IConstruct, reasons: readonly WildcardReason[]): void {
  for (const policy of scope.node.findAll().filter(isPolicy)) {
    const document = Stack.of(policy).resolve(policy.policyDocument) as PolicyDocument;
    for (const resource of document.Statement.flatMap((statement) => statement.Resource ?? [])) {
      const text = flattenCfnReference(resource);
      const reason = reasons.find(([pattern]) => pattern.test(text))?.[1];
      if (text.includes('*') && reason !== undefined)
        acknowledge(policy, { [`AwsSolutions-IAM5[Resource::${text}]`]: reason });
    }
  }
}

function isPolicy(node: IConstruct): node is iam.CfnPolicy | iam.CfnManagedPolicy {
  return node instanceof iam.CfnPolicy || node instanceof iam.CfnManagedPolicy;
}

interface PolicyDocument {
  Statement: { Resource?: unknown }[];
}
