import { freshAssembly } from '../../lib/cli/assembly.ts';
import { environmentOf, localPlace } from '../../lib/cli/local-cloud.ts';
import { connect, type Deployment } from '../../lib/client/deployment.ts';
import type { Fault, FaultQuestion } from '../../lib/local/cloud-control/operation.ts';
import { startWorld, type World, type WorldOptions } from '../../lib/local/world.ts';
import { clientTokenOf } from '../../lib/tasks/pump/client-token.ts';
import { type StageHooks, standBetween, tokensOf } from './hooks.ts';
import { onWarmPort } from './warm-port.ts';

/** All of Baton on the local cloud, for scenarios with one disturbance each. */
export interface Stage {
  world: World;
  deployment: Deployment;
  /** The number of successful operations of the cloud, by client token. */
  succeeded: Map<string, number>;
  /** The disturbance of the current scenario. Reset between scenarios. */
  disturb(hooks: StageHooks): void;
  /** Whether time stands still while a person is waited for. If not, people stay silent until it is too late. */
  waitForPeople(waits: boolean): void;
  /** Decides which other operations of the cloud fail. Reset between scenarios. */
  faults(rule: (question: FaultQuestion) => Fault | undefined): void;
  /** Makes the cloud fail a step's operations this many times. */
  failStep(runIdPrefix: string, index: number, times: number): void;
  close(): Promise<void>;
}

/** Functions that no machine calls. */
const calledByOthers = [
  'baton-front-door',
  'baton-decision-door',
  'baton-review-changes',
  'baton-cancel-request',
  'baton-direct-traffic',
];

export interface StageOptions extends Partial<WorldOptions> {
  /** Whether scaling policies are evaluated each minute, as they are by default. */
  scaling?: boolean;
}

/**
 * Starts the synthesized template with places where a scenario can disturb it. Unless a test is about scaling, the rule
 * of its evaluation is turned off, as an operator would do it: scenarios let days pass, of 1,440 evaluations each.
 */
export async function openStage({ scaling = false, ...options }: StageOptions = {}): Promise<Stage> {
  let hooks: StageHooks = {};
  let patient = true;
  let faulty: (question: FaultQuestion) => Fault | undefined = () => undefined;
  let failing: { tokens: Set<string>; left: number } = { tokens: new Set(), left: 0 };
  const succeeded = new Map<string, number>();
  const runIds = new Set<string>();
  let wanted: { prefix: string; index: number } | undefined;
  const noteRun = (runId: string | undefined) => {
    if (runId === undefined || runIds.has(runId)) return;
    runIds.add(runId);
    if (wanted === undefined || !runId.startsWith(wanted.prefix)) return;
    for (let tries = 0; tries < 10; tries += 1) failing.tokens.add(clientTokenOf(runId, wanted.index, tries));
  };
  const worldOptions: WorldOptions = {
    assemblyDirectory: await freshAssembly(() => {}),
    ...localPlace,
    startMillis: Date.parse('2026-01-01T00:00:00Z'),
    hooks: {
      isHumanTask: ({ stateName }) => patient && stateName === 'AwaitApproval',
      onStateEntered: (visit) => hooks.onStateEntered?.(visit),
      onExecutionClosed: (closed) => hooks.onExecutionClosed?.(closed),
      interceptTask: (visit, proceed) => {
        const { runId, taskToken } =
          (visit.parameters as { Payload?: { runId?: string; taskToken?: string } }).Payload ?? {};
        noteRun(runId);
        if (taskToken !== undefined && visit.stateMachineName === 'baton-govern-request')
          tokensOf(world).set(taskToken, visit.stateName);
        return hooks.interceptTask?.(visit, proceed) ?? proceed();
      },
    },
    cloud: {
      // The same in every scope, so that a disturbance occurs at the same place.
      durationMillis: (type, operation) => 4_000 + 1_000 * ((type.length + operation.length) % 9),
      faultFor: (question) => {
        const { clientToken } = question;
        const asked = faulty(question);
        if (asked !== undefined) return asked;
        if (failing.left <= 0 || !failing.tokens.has(clientToken)) return undefined;
        failing.left -= 1;
        return { errorCode: 'ServiceInternalError', message: 'made to fail' };
      },
      onOperation: ({ phase, operation: { status, clientToken } }) => {
        if (phase === 'ended' && status === 'SUCCESS')
          succeeded.set(clientToken, (succeeded.get(clientToken) ?? 0) + 1);
      },
    },
    disturbance: {
      copies: ({ name }, event) => hooks.copies?.(name, String(event['detail-type'])) ?? 1,
    },
    ...options,
    onEvent: (bus, event) => {
      options.onEvent?.(bus, event);
      hooks.onEvent?.(event);
    },
  };
  const world = await onWarmPort(
    (port) => startWorld({ ...worldOptions, port: worldOptions.port ?? port }),
    ({ endpoint }) => endpoint,
  );
  standBetween(world, calledByOthers, () => hooks);
  const rule = 'baton-scaling';
  if (!scaling && world.services.eventBridge.rule(rule) !== undefined)
    await world.services.eventBridge.call('DisableRule', { Name: rule });
  return {
    world,
    succeeded,
    deployment: await connect(environmentOf(world)),
    disturb: (next) => {
      hooks = next;
    },
    waitForPeople: (waits) => {
      patient = waits;
    },
    faults: (next) => {
      faulty = next;
    },
    failStep: (prefix, index, times) => {
      wanted = { prefix, index };
      failing = { tokens: new Set(), left: times };
    },
    close: () => world.stop(),
  };
}
