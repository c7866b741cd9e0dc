import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { iamArn, physicalName, sealKeyAlias } from './names.ts';

/**
 * Creates the key that signs the seals of the audit trail. It never leaves KMS, and only one role may sign with it,
 * whatever permissions others have. To sign anything else, an attacker must first change this policy, which CloudTrail
 * records.
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
      // For a session, this condition key contains its role's ARN ("AWS global condition context keys", IAM User
      // Guide).
      conditions: {
        ArnNotEquals: { 'aws:PrincipalArn': iamArn(scope, 'role', physicalName('seal-ledger')) },
      },
    }),
  );
  return key;
}
