import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerKeys } from '../../lib/ledger/keys.ts';
import type { StepRecord } from '../../lib/ledger/records.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { taskNames } from '../../statemachines/parts.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';
import { storyAt } from '../sample.ts';

/** An attacker has the role of plan-undo or of another function, and tries to change a rollback. */
let play: Playground;
let neighbor: string;
beforeAll(async () => {
  play = await openPlayground();
  play.faults(({ type }) =>
    type === 'AWS::Logs::LogGroup' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
  );
  await play.submit('neighbor-1', queueAndTopic('neighbor'));
  neighbor = (await play.assets('neighbor')).find(({ type }) => type.endsWith('Topic'))?.identifier ?? '';
});
afterAll(() => play.close());

type Answer = { Payload: JsonObject };

/**
 * Updates a queue and creates a topic before a step fails, and intervenes between the run and its rollback.
 * @returns how the request ended, and the later calls to the cloud
 */
async function undoneBy(
  scope: string,
  answer: (requestId: string, plan: () => Promise<Answer>) => Promise<JsonValue>,
) {
  const queue = (seconds: number) =>
    `  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: ${scope}-queue, VisibilityTimeout: ${seconds} } }\n`;
  const topic = `  Topic: { Type: AWS::SNS::Topic, DependsOn: Queue, Properties: { TopicName: ${scope}-topic } }\n`;
  const last = `  Last: { Type: AWS::Logs::LogGroup, DependsOn: Topic, Properties: { LogGroupName: ${scope}-last } }\n`;
  await play.submit(`${scope}-1`, manifest(scope, `Resources:\n${queue(30)}`));
  let calls = 0;
  play.disturb({
    interceptTask: ({ stateName }, proceed) => {
      if (stateName !== 'PlanUndo') return proceed();
      calls = play.calls.length;
      return answer(`${scope}-2`, proceed as () => Promise<Answer>);
    },
  });
  const ending = await play.submit(`${scope}-2`, manifest(scope, `Resources:\n${queue(60)}${topic}${last}`));
  play.disturb({});
  return { ending, calls: play.calls.slice(calls) };
}

/** Replaces the planned rollback with another one, stored as a separate document. */
function forged(scope: string, forge: (plan: HashedPlan) => void) {
  return undoneBy(scope, async (requestId, planUndo) => {
    const answer = await planUndo();
    const { documents } = play.deployment;
    const { hash: _, ...plan } = structuredClone(await getPlan(documents, String(answer.Payload.planHash)));
    forge(plan as HashedPlan);
    const planHash = await documents.put(plan);
    const runId = runIdOf(requestId, planHash, 'undo');
    return { ...answer, Payload: { planHash, stepCount: plan.steps.length, runId } };
  });
}

const stepOf = (plan: HashedPlan, id: string): Step => {
  const step = plan.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id} among ${plan.steps.map((one) => one.id).join()}`);
  return step;
};
const backdoor: Step = {
  ...{ id: 'create:Backdoor', resource: 'Backdoor', type: 'AWS::IAM::Role', operation: 'create' as const },
  ...{ dependsOn: [], relationships: [], holdsData: false, inverse: { operation: 'delete' as const } },
  ...{ deletionPolicy: 'Delete' as const, updateReplacePolicy: 'Delete' as const },
  desired: {
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] },
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  },
};

test('carries out an unmodified rollback', async () => {
  const { ending, calls } = await undoneBy('plain', (_, planUndo) => planUndo());
  expect(ending.status).toBe('RolledBack');
  expect(calls.map(({ kind, type }) => `${kind} ${type}`)).toEqual([
    'DELETE AWS::SNS::Topic',
    'UPDATE AWS::SQS::Queue',
  ]);
});

describe('an inverse plan that does not follow from the run changes nothing', () => {
  const forgeries: Record<string, (plan: HashedPlan) => void> = {
    'an additional step on a new resource': (plan) => plan.steps.push(backdoor),
    'an additional step on a resource of the plan': (plan) =>
      plan.steps.push({ ...backdoor, id: 'create:Topic', resource: 'Topic' }),
    'another payload': (plan) => {
      stepOf(plan, 'update:Queue').restore = { VisibilityTimeout: 12, KmsMasterKeyId: 'theirs' };
    },
    'another payload in the record': (plan) => {
      stepOf(plan, 'update:Queue').desired = { VisibilityTimeout: 12 };
    },
    'another operation': (plan) => {
      Object.assign(stepOf(plan, 'update:Queue'), { operation: 'delete' });
    },
    'another type': (plan) => {
      Object.assign(stepOf(plan, 'update:Queue'), { type: 'AWS::SNS::Topic' });
    },
    'the identifier of another resource': (plan) => {
      stepOf(plan, 'delete:Topic').identifier = neighbor;
    },
    'a missing step': (plan) => {
      plan.steps = plan.steps.filter(({ id }) => id !== 'delete:Topic');
    },
    'another order': (plan) => {
      for (const step of plan.steps) step.dependsOn = [];
    },
    'the rollback of another run': (plan) => {
      plan.undoes = plan.undoes?.replace(/-2-run-.*/, '-1-run-00000000');
    },
    'the rollback of another scope’s run': (plan) => {
      plan.undoes = 'neighbor-1-run-00000000';
    },
    'the provisioning role of another environment': (plan) => {
      plan.environment = 'prod';
    },
    'a plan marked as a forward plan': (plan) => {
      plan.direction = 'forward';
    },
  };
  for (const [index, [what, forge]] of Object.entries(forgeries).entries())
    storyAt(index, 8)(what, async () => {
      const { ending, calls } = await forged(`forged-${index}`, forge);
      expect(calls).toEqual([]);
      expect(ending.status).toBe('Failed');
    });
});

describe("a journal that differs from the run's final journal rolls nothing back, regardless of its author", () => {
  const tampered: Record<string, Partial<StepRecord>> = {
    'another pre-image': { preImage: { VisibilityTimeout: 12 } },
    'a pre-image in a document': { preImage: { $document: 'f'.repeat(64) } },
    'another identifier': { identifier: 'https://sqs.us-east-1.amazonaws.com/111111111111/theirs' },
    'another status': { status: 'Failed' },
  };
  for (const [index, [what, set]] of Object.entries(tampered).entries())
    storyAt(index, 8)(what, async () => {
      const scope = `journal-${index}`;
      const { ending, calls } = await undoneBy(scope, async (requestId, planUndo) => {
        const { ledger } = play.deployment;
        const { runId = '' } = await ledger.request(requestId);
        const steps = await ledger.journal(runId);
        const update = steps.find(({ preImage }) => preImage !== undefined);
        if (update === undefined) throw new Error('no pre-image');
        await ledger.updateStep(runId, update.index, { set });
        return planUndo();
      });
      expect(calls).toEqual([]);
      expect(ending.status).toBe('Failed');
    });
});

describe('only these may write the input of a rollback', () => {
  const table = () => play.deployment.ledger.table;
  const may = async (name: string, key: { pk: string; sk: string }) => {
    const { endpoint, region, account } = play.world;
    const roleArn = `arn:aws:iam::${account}:role/baton-${name}`;
    const credentials = play.world.as({ roleArn, session: 'attack' });
    const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
    const put = new PutItemCommand({ TableName: table().name, Item: marshall(key) });
    return client.send(put).then(
      () => true,
      ({ name: code }: Error) => {
        if (code === 'AccessDeniedException') return false;
        throw new Error(code);
      },
    );
  };
  const writers = async (key: { pk: string; sk: string }) => {
    const found: string[] = [];
    for (const name of taskNames) if (await may(name, key)) found.push(name);
    return found;
  };

  test('journals: the function that calls providers and the one that settles runs', async () => {
    expect(await writers(ledgerKeys.step('nobodys-run', 0))).toEqual(['pump', 'settle']);
  });

  test('plan-undo writes no records', async () => {
    const keys = [
      ledgerKeys.run('nobodys-run'),
      ledgerKeys.change('nobodys-change'),
      ledgerKeys.request('nobodys-request'),
      ledgerKeys.lock('dev/nobodys'),
      ledgerKeys.decision('nobodys-change', 'c', 'v'),
      ledgerKeys.task('nobodys-run', 0),
    ];
    for (const key of keys) expect([key.pk, await may('plan-undo', key)]).toEqual([key.pk, false]);
  });
});
