import { Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Door } from './door.ts';
import { machineNames } from './machine-table.ts';
import { configParameterName, machineArn } from './names.ts';
import type { Reach } from './reach.ts';

/** Creates the parameter with a fixed name in which the command line finds all names and URLs. */
export function configParameter(
  scope: Construct,
  reach: Reach,
  door: Pick<Door, 'url' | 'decisionsUrl'>,
): ssm.StringParameter {
  return new ssm.StringParameter(scope, 'Config', {
    parameterName: configParameterName,
    description: 'Baton: names the command line needs',
    stringValue: Stack.of(scope).toJsonString({
      ledgerTable: reach.ledger.name,
      inventoryTable: reach.inventory.name,
      documentsBucket: reach.documents.bucketName,
      busName: reach.bus.eventBusName,
      doorUrl: door.url,
      decisionsUrl: door.decisionsUrl,
      stateMachines: Object.fromEntries(
        machineNames(reach.machines).map((name) => [name, machineArn(scope, name)]),
      ),
    }),
  });
}
