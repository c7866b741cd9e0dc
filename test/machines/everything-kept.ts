import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Playground } from './playground.ts';

/** Returns everything that the local cloud stores as text, by place, except for the provisioned resources. */
export async function everythingKept(play: Playground): Promise<[where: string, text: string][]> {
  const { services, stack } = play.world;
  const found: [string, string][] = [];
  for (const table of [play.deployment.ledger.table, play.deployment.inventory.table]) {
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
    for (const item of Items) {
      const { pk, sk, ...rest } = unmarshall(item);
      found.push([`${pk} ${sk}`, JSON.stringify(rest)]);
    }
  }
  for (const bucket of services.objects.bucketNames())
    for (const object of services.objects.list(bucket, ''))
      found.push([`object ${object.key}`, object.body.toString()]);
  for (const execution of services.stepFunctions.executions.values())
    found.push([execution.executionArn, JSON.stringify(execution.history.events)]);
  for (const event of play.events) found.push(['an event', JSON.stringify(event)]);
  for (const { name } of stack.ofType('AWS::Lambda::Function')) {
    const lines = services.logs.events(`/aws/lambda/${name}`);
    found.push([`log of ${name}`, lines.map(({ message }) => message).join('\n')]);
  }
  return found;
}
