import { inventoryKeys } from '../../lib/inventory/keys.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { brokenChanges } from './change-invariants.ts';
import { type Disturbance, type Place, watching } from './disturbances.ts';
import { broken } from './invariants.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

export interface Outcome {
  /** What does not hold afterwards; empty: all is well. */
  findings: string[];
  /** How the disturbed request ended, as the ledger says. */
  status: string | undefined;
  /** Whether the disturbance found its place. */
  struck: boolean;
  places: Place[];
}

let played = 0;

/** Plays a scenario with one disturbance, several, or none, lets the sweep pass, and looks at what is left. */
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

/** What earlier cases taught about durations would have the pump look at other times, case by case. */
async function forgetDurations({ deployment: { inventory } }: Stage, environment: string): Promise<void> {
  const { table } = inventory;
  const { pk } = inventoryKeys.durations(environment, '', '', '');
  for (const { sk } of await table.query<{ sk: string }>(pk, { prefix: 'DURATIONS#' }))
    await table.transact([{ table, delete: { pk, sk } }]);
}

/** Nobody can wake a task whose function has neither failed nor kept its token: it goes on when its time is over. */
function hangs(disturbance: Disturbance): boolean {
  return disturbance.what === 'timed out' && disturbance.name === 'baton-govern-request AwaitApproval';
}

/** People hear of what concerns them by events, think for an hour of it and speak. */
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

/** Schedules whose events would be part of every scenario that takes its time: one is played at the end. */
function stillSchedules({ world }: Stage): void {
  for (const name of ['baton-sweep', 'baton-seal']) {
    const rule = world.services.eventBridge.rule(name);
    if (rule === undefined) throw new Error(`there is no rule ${name}`);
    rule.enabled = false;
  }
}

/** The schedule's own event, as its rule puts it. */
async function sweep(stage: Stage): Promise<void> {
  const stateMachineArn = stage.deployment.stateMachines['settle-run'];
  if (stateMachineArn === undefined) throw new Error('there is no settle-run');
  stage.world.services.stepFunctions.startExecution({ stateMachineArn, input: '{"sweep":true}' });
  await stage.world.clock.quiet();
}
