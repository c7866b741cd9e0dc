import type { JsonObject } from '../../lib/model/json.ts';
import type { Stage } from './stage.ts';

/** A path of a request through the machines, played in its own scope. */
export interface Scenario {
  name: string;
  /** How its last request ends without disturbances. */
  ends: 'Completed' | 'Rejected' | 'RolledBack' | 'Failed';
  /** Default `dev`. */
  environment?: string;
  /** Whether to disturb only governance, because other scenarios disturb the same run. */
  governanceOnly?: boolean;
  /** Requests before the disturbed one. */
  before?: (stage: Stage, scope: string) => Promise<void>;
  play: (stage: Stage, scope: string, requestId: string) => Promise<void>;
  /** What people do an hour after they receive an event of the disturbed request. */
  people?: Record<string, (stage: Stage, scope: string, detail: JsonObject) => Promise<void>>;
}

const header = (scope: string, more = '') =>
  `baton: v1\nenvironment: dev\nservice: ${scope}\nowner: tests\nreason: a scenario\n${more}`;

const first = (scope: string) => `${header(scope)}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { VisibilityTimeout: 30 }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { DisplayName: !GetAtt Queue.QueueName }
Outputs:
  Name: { Value: !GetAtt Queue.QueueName, Export: { Name: ${scope}-queue } }
`;

/** A service whose health must hold for a short time after it is restarted. */
const restartable = (scope: string) => `${header(scope)}
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: { DesiredCount: 1, TaskDefinition: "${scope}:1" }
    Baton: { health: { kind: property, path: DesiredCount, equals: 1 }, bake: 30s }
`;

const version = (scope: string, number: number) =>
  `arn:aws:states:us-east-1:111111111111:stateMachine:${scope}:${number}`;

/** Traffic between two versions, which an execution never changes: nothing drains. */
const twoVersions = (scope: string) => `${header(scope)}
Resources:
  Live:
    Type: AWS::StepFunctions::StateMachineAlias
    Properties: { Name: "${scope}", RoutingConfiguration: [{ StateMachineVersionArn: "${version(scope, 1)}", Weight: 100 }] }
    Baton: { traffic: { strategy: all-at-once } }
`;

/**
 * Compared with the first: the queue is updated, the topic is deleted, a log group is created, and a parameter needs
 * both.
 */
const second = (scope: string, more = '') => `${header(scope, more)}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { VisibilityTimeout: 60 }
  Log:
    Type: AWS::Logs::LogGroup
    Properties: { RetentionInDays: 30 }
  Place:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Value: !Sub '\${Queue.QueueName} \${Log.Arn}' }
`;

export async function submit(stage: Stage, requestId: string, document: string): Promise<void> {
  await stage.deployment.putEvent('Infrastructure Request', { requestId, file: 'scenario.yaml', document });
  await stage.world.clock.quiet();
}

const establish = (stage: Stage, scope: string) => submit(stage, `${scope}-before`, first(scope));

/** Without people: `dev` has no governance. */
export const plainScenarios: Scenario[] = [
  {
    name: 'create',
    ends: 'Completed',
    play: (stage, scope, requestId) => submit(stage, requestId, first(scope)),
  },
  {
    name: 'change',
    ends: 'Completed',
    before: establish,
    play: (stage, scope, requestId) => submit(stage, requestId, second(scope)),
  },
  {
    name: 'roll back',
    ends: 'RolledBack',
    before: establish,
    play: async (stage, scope, requestId) => {
      // The parameter is created last, when everything else is done.
      stage.failStep(`${requestId}-`, 2, 9);
      await submit(stage, requestId, second(scope));
    },
  },
  {
    name: 'keep',
    ends: 'Failed',
    before: establish,
    play: async (stage, scope, requestId) => {
      stage.failStep(`${requestId}-`, 2, 9);
      await submit(stage, requestId, second(scope, 'onFailure: keep\n'));
    },
  },
  {
    name: 'retire',
    ends: 'Completed',
    before: establish,
    play: async (stage, scope, requestId) => {
      await stage.deployment.putEvent('Infrastructure Request', {
        requestId,
        header: { environment: 'dev', service: scope, owner: 'tests', reason: 'no longer needed' },
        assets: [],
      });
      await stage.world.clock.quiet();
    },
  },
  {
    name: 'restart',
    ends: 'Completed',
    before: (stage, scope) => submit(stage, `${scope}-before`, restartable(scope)),
    play: async (stage, scope, requestId) => {
      const assets = await stage.deployment.inventory.scopeAssets(`dev/${scope}`);
      const service = assets.find(({ logicalId }) => logicalId === 'Service');
      await stage.deployment.putEvent('Infrastructure Request', {
        requestId,
        header: { environment: 'dev', service: scope, owner: 'tests', reason: 'it hangs' },
        verbs: [{ asset: service?.id ?? '', verb: 'restart' }],
      });
      await stage.world.clock.quiet();
    },
  },
  {
    name: 'shift',
    ends: 'Completed',
    before: (stage, scope) => submit(stage, `${scope}-before`, twoVersions(scope)),
    play: async (stage, scope, requestId) => {
      const assets = await stage.deployment.inventory.scopeAssets(`dev/${scope}`);
      const alias = assets.find(({ logicalId }) => logicalId === 'Live');
      await stage.deployment.putEvent('Infrastructure Request', {
        requestId,
        header: {
          ...{ action: 'shift-traffic', environment: 'dev', service: scope },
          ...{ owner: 'tests', reason: 'a new version' },
        },
        shifts: [{ asset: alias?.id ?? '', to: version(scope, 2) }],
      });
      await stage.world.clock.quiet();
    },
  },
  {
    name: 'reject',
    ends: 'Rejected',
    play: (stage, scope, requestId) =>
      submit(stage, requestId, `${header(scope)}\nResources: { A: { Type: AWS::SQS::Quueue } }\n`),
  },
];
