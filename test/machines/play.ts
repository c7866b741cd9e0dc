import { inventoryKeys } from '../../lib/inventory/keys.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { brokenChanges } from './change-invariants.ts';
import { type Disturbance, type Place, watching } from './disturbances.ts';
import { broken } from './invariants.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

export interface Outcome {
  /** The violated invariants. Empty if all hold. */
  findings: string[];
  /** How the disturbed request ended, according to the ledger. */
  status: string | undefined;
  /** Whether the disturbance occurred. */
  struck: boolean;
  places: Place[];
}

let played = 0;

/** Plays a scenario with any number of disturbances, lets the sweep run, and checks the result. */
export async function play(
  stage: Stage,
  scenario: Scenario,
  disturbed?: Disturbance | readonly Disturbance[],
  named?: string,
): Promise<Outcome> {
  const disturbances = [disturbed ?? []].flat();
  played += 1;
  const scope = named ?? `s${played}`;
  const requestId = `${scope}-request`;
  const { world, deployment } = stage;
  const resources = () => world.services.cloudControl.store.snapshot();
  stage.disturb({});
  stage.waitForPeople(false);
  stillSchedules(stage);
  await forgetDurations(stage, scenario.environment ?? 'dev');
  const resourcesBefore = resources();
  await scenario.before?.(stage, scope);
  const resourcesAtStart = resources();
  // Instants in the ledger are whole milliseconds.
  const startedMillis = Math.floor(world.clock.now());
  const watch = watching(stage, disturbances, requestId);
  const people = listening(stage, scenario, scope, requestId);
  stage.disturb({ ...watch.hooks, onEvent: people.onEvent });
  await scenario.play(stage, scope, requestId);
  stage.disturb({});
  await sweep(stage);
  const requestIds = ['before', 'other', 'request'].map((one) => `${scope}-${one}`);
  const { environment = 'dev' } = scenario;
  const facts = { scope, environment, requestIds, resourcesBefore, resourcesAtStart, startedMillis };
  const findings = [
    ...people.problems,
    ...(await broken(stage, facts)),
    ...(await brokenChanges(stage, { ...facts, events: people.events, hangs: disturbances.some(hangs) })),
  ];
  const status = (await deployment.ledger.findRequest(requestId))?.status;
  return { findings, status, struck: watch.struck(), places: watch.places };
}

/** Durations learned from earlier cases would change when the pump polls, so cases would not be reproducible. */
async function forgetDurations({ deployment: { inventory } }: Stage, environment: string): Promise<void> {
  const { table } = inventory;
  const { pk } = inventoryKeys.durations(environment, '', '', '');
  for (const { sk } of await table.query<{ sk: string }>(pk, { prefix: 'DURATIONS#' }))
    await table.transact([{ table, delete: { pk, sk } }]);
}

/** No one can wake a task whose function neither failed nor stored its token. It continues after its timeout. */
function hangs(disturbance: Disturbance): boolean {
  return disturbance.what === 'timed out' && disturbance.name === 'baton-govern-request AwaitApproval';
}

/** People receive events, wait an hour and then decide. */
function listening(stage: Stage, scenario: Scenario, scope: string, requestId: string) {
  const { clock } = stage.world;
  const events: JsonObject[] = [];
  const problems: string[] = [];
  const onEvent = (event: JsonObject) => {
    events.push(event);
    const answer = scenario.people?.[String(event['detail-type'])];
    const detail = event.detail as JsonObject;
    if (answer === undefined || detail.requestId !== requestId) return;
    const speak = () =>
      clock.busy(async () => {
        try {
          await answer(stage, scope, detail);
        } catch (error) {
          problems.push(`somebody who wanted to speak met ${String(error)}`);
        }
      });
    clock.setTimer(clock.now() + 3_600_000, () => void speak(), { kind: 'execution' });
  };
  return { events, problems, onEvent };
}

/** Disables schedules whose events would be part of every scenario that takes long enough. One runs at the end. */
function stillSchedules({ world }: Stage): void {
  for (const name of ['baton-sweep', 'baton-seal']) {
    const rule = world.services.eventBridge.rule(name);
    if (rule === undefined) throw new Error(`there is no rule ${name}`);
    rule.enabled = false;
  }
}

/** Puts the schedule's event as its rule does. */
async function sweep(stage: Stage): Promise<void> {
  const stateMachineArn = stage.deployment.stateMachines['settle-run'];
  if (stateMachineArn === undefined) throw new Error('there is no settle-run');
  stage.world.services.stepFunctions.startExecution({ stateMachineArn, input: '{"sweep":true}' });
  await stage.world.clock.quiet();
}
