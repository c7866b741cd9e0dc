import { setTimeout } from 'node:timers/promises';
import { Locks } from '../../lib/ledger/lock.ts';
import { speak } from './people.ts';
import { peopleScenarios, scenarios, untilNoon } from './people-scenarios.ts';
import { play as playScenario } from './play.ts';
import { manifest, type Playground, queueAndTopic } from './playground.ts';

/** Submits requests of every kind, until every function has used all of its permissions. */
export async function everyKindOfRequest(play: Playground): Promise<void> {
  const { world } = play;
  for (const scenario of scenarios) await playScenario(play, scenario);
  await governed(play);
  // A secret, a parameter, a health check by alarm, and an export with an importer.
  world.services.secrets.add('dev/outside/one', 'one');
  world.services.ssm.add('/dev/outside/two', { type: 'String', value: 'two' });
  world.services.alarms.setState('three', 'OK');
  const outside = manifest(
    'outside',
    `Parameters: { Two: { Type: AWS::SSM::Parameter::Value<String>, Default: /dev/outside/two } }
Resources:
  Token:
    Type: AWS::SecretsManager::Secret
    Properties: { SecretString: '{{resolve:secretsmanager:dev/outside/one}}' }
  Copy:
    Type: AWS::SecretsManager::Secret
    Properties: { SecretString: !Sub '{{resolve:secretsmanager:\${Token}}}' }
  Place:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: outside, Value: '{{resolve:ssm:/dev/outside/two}}', Description: !Ref Two }
    Baton: { health: [{ kind: alarm, name: three }] }
Outputs: { Name: { Value: !Ref Place, Export: { Name: outside-name } } }`,
  );
  await play.submit('outside-r', outside);
  const importer = manifest(
    'importer',
    'Resources: { T: { Type: AWS::SNS::Topic, Properties: { DisplayName: !ImportValue outside-name } } }',
  );
  await play.submit('importer-r', importer);
  // Removing the imported resource also removes the export.
  await play.submit('importer-2', importer.replace('!ImportValue outside-name', 'alone'));
  await play.submit('outside-2', outside.replace(/Outputs:.*/, ''));
  await play.submit('by-reference', '', {
    document: undefined,
    documentReference: await play.deployment.upload(queueAndTopic('referred')),
  } as never);
  // A change outside of Baton, a wait for the lock, a cancellation in the queue, and one in the run.
  const { store } = world.services.cloudControl;
  await play.submit('drift-1', queueAndTopic('drift'));
  for (const topic of store.list('AWS::SNS::Topic'))
    if (topic.properties.TopicName === 'drift-topic') store.delete(topic.type, topic.identifier);
  // A request that is planned again passes the lock to the next in the queue.
  play.when('govern-request', 'Revalidate', 1, async () => {
    await play.put('drift-3', queueAndTopic('drift', 60));
    await queued(play, 'dev/drift');
  });
  await play.submit(
    'drift-2',
    queueAndTopic('drift').replace('DisplayName: !GetAtt Queue.QueueName', 'DisplayName: x'),
  );
  await play.put('wait-1', queueAndTopic('wait'));
  await play.put('wait-2', queueAndTopic('wait', 60));
  await world.clock.quiet();
  await play.put('leave-1', queueAndTopic('leave'));
  await play.put('leave-2', queueAndTopic('leave', 60));
  play.when('pump-run', 'Pump', 2, () => play.cancel('leave-2'));
  play.when('pump-run', 'Pump', 3, () => play.cancel('leave-1'));
  await world.clock.quiet();
  await stops(play);
}

async function queued({ deployment }: Playground, scope: string): Promise<void> {
  const locks = new Locks(deployment.ledger.table);
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await locks.read(scope)).queue.length > 0) return;
    await setTimeout(10);
  }
  throw new Error(`nobody waits for ${scope}`);
}

/** Effects of decisions, wake-ups and cancellations at unusual times, people of every kind, and seals. */
async function governed(play: Playground): Promise<void> {
  const { world, deployment } = play;
  const approve = peopleScenarios.find(({ name }) => name === 'approve');
  if (approve === undefined) throw new Error('nobody approves');
  const lost = { kind: 'wake', name: 'wake-up of AwaitApproval', occurrence: 1, what: 'lost' } as const;
  await playScenario(play, approve, lost);
  await approve.before?.(play, 'early');
  await untilNoon(play);
  play.when('govern-request', 'AwaitApproval', 1, async () => {
    const { changeId, capsuleHash } = await deployment.ledger.change('CHG-early-r');
    await speak(play, 'ana', `/changes/${changeId}/approve`, { capsuleHash });
  });
  play.when('govern-request', 'AwaitWindow', 1, async () => {
    await deployment.ledger.updateRequest('early-r', { cancelRequestedBy: 'tests' });
  });
  await approve.play(play, 'early', 'early-r');
  await speak(play, 'sso~ana@example.com', '/', {});
  const time = new Date(world.clock.now()).toISOString();
  await world.services.lambda.invoke('baton-seal-ledger', JSON.stringify({ time }));
}

/** Executions that are stopped with operations in progress, waiting tasks and unrecorded calls. */
async function stops(play: Playground): Promise<void> {
  const { stepFunctions } = play.world.services;
  const running = (machine: string) =>
    [...stepFunctions.executions.values()].find(
      ({ status, stateMachineName, mapRunArn }) =>
        status === 'RUNNING' && stateMachineName === `baton-${machine}` && !mapRunArn,
    )?.executionArn ?? '';
  const stop = (arn: string) => void stepFunctions.stopExecution(arn, 'Stopped', 'by a person');
  play.when('pump-run', 'Pump', 2, () => stop(running('govern-request')));
  await play.submit('stopped-1', queueAndTopic('stopped1'));
  play.when('pump-run', 'Pump', 2, () => stop(running('apply-plan')));
  await play.submit('stopped-2', queueAndTopic('stopped2'));
  play.when('apply-plan', 'RegisterAsset', 1, ({ executionArn }) => stop(executionArn));
  await play.submit('stopped-3', queueAndTopic('stopped3'));
  const watched = queueAndTopic('stopped4').replace(
    'Topic:',
    'Topic:\n    Baton: { health: [{ kind: alarm, name: three }] }',
  );
  play.when('pump-run', 'Pump', 2, () => stop(running('govern-request')));
  await play.submit('stopped-4', watched.replace('!GetAtt Queue.QueueName', 'alone'));
  await play.sweep();
  // CloseRun registers what a child can't.
  play.disturb({
    interceptTask: async ({ stateName }, proceed) => {
      if (stateName === 'RegisterAsset') throw Object.assign(new Error('no'), { name: 'RecordMissing' });
      return proceed();
    },
  });
  await play.submit('unregistered-r', queueAndTopic('unregistered'));
}
