import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { keyAlias } from './names.ts';

/** Creates the customer managed key of everything that stores requests, plans, assets or evidence. */
export function dataKey(scope: Construct): kms.Key {
  return new kms.Key(scope, 'DataKey', {
    alias: keyAlias,
    description: 'Baton: inventory, ledger, documents and events',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
