import type { JsonObject } from '../../lib/model/json.ts';
import type { Stage } from './stage.ts';

/** A way of a request through the machines, played on a scope of its own. */
export interface Scenario {
  name: string;
  /** How its last request ends when nothing disturbs it. */
  ends: 'Completed' | 'Rejected' | 'RolledBack' | 'Failed';
  /** `dev` unless it says so. */
  environment?: string;
  /** Leaves the run alone: others disturb the same. */
  governanceOnly?: boolean;
  /** Requests before the one that is disturbed. */
  before?: (stage: Stage, scope: string) => Promise<void>;
  play: (stage: Stage, scope: string, requestId: string) => Promise<void>;
  /** What people do an hour after they heard of an event of the request that is disturbed. */
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

/** Against the first: the queue is updated, the topic goes, a log group comes and a parameter needs both. */
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

/** Without people: `dev` is governed by nobody. */
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
      // The parameter is the last to be made: by then everything else has been done.
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
    name: 'reject',
    ends: 'Rejected',
    play: (stage, scope, requestId) =>
      submit(stage, requestId, `${header(scope)}\nResources: { A: { Type: AWS::SQS::Quueue } }\n`),
  },
];
