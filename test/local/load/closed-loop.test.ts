/** Load, metrics, an alarm and capacity on one clock: what is changed through Cloud Control changes what is measured. */
import {
  CloudControlClient,
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { World } from '../../../lib/local/world.ts';
import { isObject, type JsonObject } from '../../../lib/model/json.ts';
import { clientSettings, smallWorld } from '../small-world.ts';

let world: World;
let client: CloudControlClient;
const events: JsonObject[] = [];
beforeAll(async () => {
  world = await smallWorld({
    onEvent: (_bus, event) => void events.push(event),
    cloud: { durationMillis: () => 20_000 },
  });
  client = new CloudControlClient(clientSettings(world));
  // Alarms are evaluated one second after the minute.
  await world.clock.pass(2000);
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

const role = () => ({ RoleArn: String(world.outputs.ProvisioningRoleArn) });

async function create(TypeName: string, properties: object): Promise<string> {
  const command = new CreateResourceCommand({
    TypeName,
    DesiredState: JSON.stringify(properties),
    ...role(),
  });
  const RequestToken = (await client.send(command)).ProgressEvent?.RequestToken;
  await world.clock.quiet();
  const status = await client.send(new GetResourceRequestStatusCommand({ RequestToken }));
  expect(status.ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS' });
  return status.ProgressEvent?.Identifier ?? '';
}

test('an alarm fires under load, and is OK again when instances that were added have started', async () => {
  const type = 'AWS::AutoScaling::AutoScalingGroup';
  const group = { AutoScalingGroupName: 'shop', MinSize: '1', MaxSize: '9', DesiredCapacity: '2' };
  const Identifier = await create(type, group);
  await create('AWS::CloudWatch::Alarm', {
    ...{
      AlarmName: 'busy',
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Period: 60,
    },
    ...{ Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'shop' }], EvaluationPeriods: 3 },
    ...{ ComparisonOperator: 'GreaterThanThreshold', Threshold: 70 },
  });
  const trace = { intervalSeconds: 600, values: [300, 700, 700] };
  world.services.loads.start({ resource: 'shop', trace, scale: 1 });
  const stateAfter = async (minutes: number) => {
    await world.clock.pass(minutes * 60_000);
    return world.services.alarms.alarms.find('busy')?.state.value;
  };
  expect(await stateAfter(5)).toBe('OK');
  // From the tenth minute on, the load is 88 % of two instances. Three points of three must say so.
  expect([await stateAfter(8), await stateAfter(1)]).toEqual(['OK', 'ALARM']);
  const fired = events.findLast((one) => one['detail-type'] === 'CloudWatch Alarm State Change');
  expect(isObject(fired?.detail) && fired.detail.alarmName).toBe('busy');
  const PatchDocument = JSON.stringify([{ op: 'replace', path: '/DesiredCapacity', value: '4' }]);
  await client.send(new UpdateResourceCommand({ TypeName: type, Identifier, PatchDocument, ...role() }));
  // Twenty seconds of operation and five minutes of warm-up later, four instances serve.
  expect([await stateAfter(7), await stateAfter(1)]).toEqual(['ALARM', 'OK']);
});
