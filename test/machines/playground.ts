import type { Fault, FaultQuestion, Operation } from '../../lib/local/cloud-control/operation.ts';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import type { DeliveryDisturbance } from '../../lib/local/events/delivery.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { broken } from './invariants.ts';
import { speak } from './people.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** One provider call that the cloud accepted, and its time. */
export interface Call extends Pick<Operation, 'kind' | 'type' | 'identifier' | 'properties'> {
  atSeconds: number;
}

/**
 * A stage for tests that tell a story: it records what the cloud accepted, and injects faults into operations and
 * events.
 */
export interface Playground extends Stage {
  /** Every operation that the cloud started, oldest first. */
  calls: Call[];
  /** Every event put on a bus, oldest first. */
  events: JsonObject[];
  /** Decides which operations fail. Reset between stories. */
  faults(rule: (question: FaultQuestion) => Fault | undefined): void;
  /** Disturbs the delivery of events from now on. */
  deliveries(disturbance: DeliveryDisturbance): void;
  /** Puts a request on the bus without waiting. */
  put(requestId: string, document: string, more?: JsonObject): Promise<void>;
  /** Puts a request on the bus and waits until everything is idle. Returns how it ended. */
  submit(requestId: string, document: string, more?: JsonObject): Promise<Ending>;
  /** Cancels as the requester: a person through the front door, or the sender on the bus. */
  cancel(requestId: string, reason?: string): Promise<void>;
  ending(requestId: string): Promise<Ending>;
  /** Starts a machine by hand and waits until everything is idle. */
  startByHand(machine: string, input: JsonObject, name?: string): Promise<{ status: string; error?: string }>;
  /** Puts the event of the sweep's schedule. */
  sweep(): Promise<void>;
  /** Runs an action when a state is entered for the n-th time. Time stands still meanwhile. */
  when(machine: string, state: string, occurrence: number, action: Action): void;
  /** Returns the resources in the cloud, except those of other scopes. */
  live(scope: string): Promise<StoredResource[]>;
  assets(scope: string): Promise<Asset[]>;
  /** Returns the violated invariants of a scope and its requests. */
  findings(scope: string, ...requestIds: string[]): Promise<string[]>;
}

export interface Ending {
  status: string | undefined;
  reason: string | undefined;
}
type Action = (visit: { executionArn: string }) => void | Promise<void>;

/** Seconds that every operation takes here, so that stories can compute times. */
export const operationSeconds = 10;

export async function openPlayground(
  options: Pick<StageOptions, 'assemblyDirectory' | 'startMillis' | 'secret' | 'scaling'> = {},
): Promise<Playground> {
  let rule: (question: FaultQuestion) => Fault | undefined = () => undefined;
  let disturbance: DeliveryDisturbance = {};
  const calls: Call[] = [];
  const events: JsonObject[] = [];
  const plans: { machine: string; state: string; left: number; action: Action }[] = [];
  const stage = await openStage({
    ...options,
    onEvent: (_bus, event) => void events.push(event),
    disturbance: {
      copies: (delivery, event) => disturbance.copies?.(delivery, event) ?? 1,
      delayMillis: (delivery, event, copy) => disturbance.delayMillis?.(delivery, event, copy) ?? 0,
    },
    cloud: {
      faultFor: (question) => rule(question),
      durationMillis: () => operationSeconds * 1000,
      onOperation: ({ phase, operation }) => {
        const { kind, type, identifier, properties, startedMillis, status, clientToken } = operation;
        if (phase === 'started')
          calls.push({ kind, type, identifier, properties, atSeconds: startedMillis / 1000 });
        else if (status === 'SUCCESS')
          stage.succeeded.set(clientToken, (stage.succeeded.get(clientToken) ?? 0) + 1);
      },
    },
  });
  const { world, deployment } = stage;
  const { ledger, inventory } = deployment;
  const arnOf = (machine: string) => {
    const arn = deployment.stateMachines[machine];
    if (arn === undefined) throw new Error(`there is no ${machine}`);
    return arn;
  };
  const watch = () =>
    stage.disturb({
      onStateEntered: async ({ stateMachineName, stateName, executionArn }) => {
        for (const plan of plans) {
          if (stateMachineName !== `baton-${plan.machine}` || stateName !== plan.state) continue;
          plan.left -= 1;
          if (plan.left === 0) await world.clock.busy(async () => plan.action({ executionArn }));
        }
      },
    });
  watch();
  const ending = async (requestId: string): Promise<Ending> => {
    const request = await ledger.findRequest(requestId);
    return { status: request?.status, reason: request?.reason };
  };
  const put: Playground['put'] = (requestId, document, more = {}) =>
    deployment.putEvent('Infrastructure Request', { requestId, file: 'story.yaml', document, ...more });
  return {
    ...stage,
    calls,
    events,
    faults: (next) => {
      rule = next;
    },
    deliveries: (next) => {
      disturbance = next;
    },
    put,
    submit: async (requestId, document, more) => {
      await put(requestId, document, more);
      await world.clock.quiet();
      return ending(requestId);
    },
    cancel: async (requestId, reason = 'not wanted any more') => {
      const { speaker } = (await ledger.findRequest(requestId)) ?? {};
      const person = /^user\/(.+)$/.exec(speaker?.voice ?? '')?.[1];
      if (person === undefined) await deployment.putEvent('Cancellation Requested', { requestId, reason });
      else await speak(stage, person, `/requests/${requestId}/cancel`, { reason });
    },
    ending,
    startByHand: async (machine, input, name) => {
      const stateMachineArn = arnOf(machine);
      const started = world.services.stepFunctions.startExecution({
        stateMachineArn,
        name,
        input: JSON.stringify(input),
      });
      await world.clock.quiet();
      const { status, error } = world.services.stepFunctions.execution(started.executionArn);
      return { status, error };
    },
    sweep: async () => {
      world.services.stepFunctions.startExecution({
        stateMachineArn: arnOf('settle-run'),
        input: '{"sweep":true}',
      });
      await world.clock.quiet();
    },
    when: (machine, state, occurrence, action) => {
      plans.push({ machine, state, left: occurrence, action });
      // Something else may have been disturbed in the meantime.
      watch();
    },
    live: async (scope) => {
      const assets = await inventory.find('service', scope);
      const known = new Set(assets.map(({ type, identifier }) => `${type} ${identifier}`));
      return world.services.cloudControl.store
        .list()
        .filter(({ type, identifier }) => known.has(`${type} ${identifier}`));
    },
    assets: (scope) => inventory.scopeAssets(`dev/${scope}`),
    findings: (scope, ...requestIds) =>
      broken(stage, { scope, requestIds, resourcesBefore: othersThan(scope, stage) }),
  };
}

/**
 * Returns resources that are not named after other scopes. Stories name resources after their scope, or check them
 * themselves.
 */
function othersThan(scope: string, { world }: Stage): StoredResource[] {
  return world.services.cloudControl.store
    .list()
    .filter(({ properties }) => !JSON.stringify(properties).includes(scope));
}

/** Returns a manifest for `dev` whose service and scope have the given name. */
export function manifest(scope: string, body: string, header = ''): string {
  return `baton: v1
environment: dev
service: ${scope}
owner: tests
reason: a story
${header}
${body}`;
}

/** Returns a queue, and a topic that needs it. */
export const queueAndTopic = (scope: string, seconds = 30) =>
  manifest(
    scope,
    `Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: ${scope}-queue, VisibilityTimeout: ${seconds} }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { TopicName: ${scope}-topic, DisplayName: !GetAtt Queue.QueueName }
`,
  );
