import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { iamArn, physicalName, sealKeyAlias } from './names.ts';

/**
 * The key that signs the seals of the audit trail: it never leaves KMS, and one role alone may sign with it, whatever
 * rights others have. Who wants to sign something else has to change this policy first, which CloudTrail records.
 */
export function sealKey(scope: Construct): kms.Key {
  const key = new kms.Key(scope, 'SealKey', {
    alias: sealKeyAlias,
    description: 'Baton: signs the seals of the audit trail',
    keySpec: kms.KeySpec.ECC_NIST_P256,
    keyUsage: kms.KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'OneFunctionSigns',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['kms:Sign'],
      resources: ['*'],
      // Of a session this key is its role's ARN ("AWS global condition context keys", IAM User Guide).
      conditions: {
        ArnNotEquals: { 'aws:PrincipalArn': iamArn(scope, 'role', physicalName('seal-ledger')) },
      },
    }),
  );
  return key;
}
