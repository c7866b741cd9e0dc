/** The alarms of the stack on the local cloud: what functions log and what services report makes them fire. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isObject } from '../../lib/model/json.ts';
import { speak } from './people.ts';
import { openPlayground, type Playground } from './playground.ts';

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
  // Alarms are evaluated one second after the minute.
  await play.world.clock.pass(2000);
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const stateOf = (name: string) => play.world.services.alarms.alarms.find(name)?.state.value;
const pass = (minutes: number) => play.world.clock.pass(minutes * 60_000);
const alarmed = () =>
  play.world.services.alarms.alarms.all().flatMap(({ name, state }) => (state.value === 'OK' ? [] : [name]));

it('without any failure, every alarm is OK after the first minute', async () => {
  await pass(1);
  expect(play.world.services.alarms.alarms.all().length).toBeGreaterThan(15);
  expect(alarmed()).toEqual([]);
});

it('ten refusals at the front door within five minutes, which a function reports in its log lines', async () => {
  // A request that awaits approval is open, and only its requester may cancel it.
  const document = `environment: regulated
service: alarms
owner: tests
reason: a story
Resources:
  Told: { Type: AWS::SSM::Parameter, Properties: { Name: told, Type: String, Value: told } }`;
  await speak(play, 'ben', '/requests', { requestId: 'open-r', file: 'story.yaml', document });
  await play.world.clock.quiet();
  const refuse = async () => {
    const { status } = await speak(play, 'olga', '/requests/open-r/cancel', { reason: 'so' });
    return status;
  };
  for (let time = 0; time < 9; time += 1) expect(await refuse()).toBe(403);
  await pass(1);
  expect(stateOf('baton-door-denied')).toBe('OK');
  await refuse();
  await pass(1);
  expect(alarmed()).toEqual(['baton-door-denied']);
  const event = play.events.findLast((one) => one['detail-type'] === 'CloudWatch Alarm State Change');
  expect(event).toMatchObject({
    source: 'aws.cloudwatch',
    detail: { alarmName: 'baton-door-denied', previousState: { value: 'OK' }, state: { value: 'ALARM' } },
  });
  expect(isObject(event?.detail) && isObject(event.detail.state) && event.detail.state.reason).toMatch(
    /^Threshold Crossed: 1 out of the last 1 datapoints \[10\.0 /,
  );
  // CloudWatch reads two periods more, and prefers a real point to a missing one.
  await pass(20);
  expect(alarmed()).toEqual([]);
});

it('an event that could not be delivered, which the queue reports as long as it is there', async () => {
  const { sqs } = play.world.services;
  const [queue = ''] = [...sqs.lengths().keys()];
  sqs.send(queue, '{}');
  await pass(1);
  const [alarm = ''] = alarmed();
  expect(alarm).not.toBe('');
  await pass(30);
  expect(alarmed()).toEqual([alarm]);
});

it('an execution that fails', async () => {
  await play.startByHand('apply-plan', {});
  await pass(1);
  expect(alarmed()).toContain('baton-apply-plan-ended');
});
