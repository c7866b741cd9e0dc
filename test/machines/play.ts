import type { Hooks, StateVisit } from '../../lib/local/step-functions/types.ts';
import { type FaultName, faults } from './faults.ts';
import { broken } from './invariants.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** Where a disturbance strikes: the n-th time, counted from 1, that a state of a machine is entered in a scenario. */
export interface Place {
  machine: string;
  state: string;
  occurrence: number;
}
export type Disturbance = ({ fault: FaultName } | { stop: true }) & Place;

export interface Outcome {
  /** What does not hold afterwards; empty: all is well. */
  findings: string[];
  /** How the disturbed request ended, as the ledger says. */
  status: string | undefined;
  /** Whether the disturbance found its place. */
  struck: boolean;
  tasks: Place[];
  states: Place[];
}

let played = 0;

/** Plays a scenario with one disturbance, or none, lets the sweep pass, and looks at what is left. */
export async function play(stage: Stage, scenario: Scenario, disturbance?: Disturbance): Promise<Outcome> {
  played += 1;
  const scope = `s${played}`;
  const requestId = `${scope}-request`;
  const resourcesBefore = stage.world.services.cloudControl.store.snapshot();
  stage.disturb({});
  await scenario.before?.(stage, scope);
  const watch = watching(stage, disturbance);
  stage.disturb(watch.hooks);
  await scenario.play(stage, scope, requestId);
  stage.disturb({});
  await sweep(stage);
  const requestIds = [`${scope}-before`, requestId];
  const findings = await broken(stage, { scope, requestIds, resourcesBefore });
  const status = (await stage.deployment.ledger.findRequest(requestId))?.status;
  return { findings, status, struck: watch.struck(), tasks: watch.tasks, states: watch.states };
}

/** The schedule's own event, as its rule puts it. */
async function sweep(stage: Stage): Promise<void> {
  const stateMachineArn = stage.deployment.stateMachines['settle-run'];
  if (stateMachineArn === undefined) throw new Error('there is no settle-run');
  stage.world.services.stepFunctions.startExecution({ stateMachineArn, input: '{"sweep":true}' });
  await stage.world.clock.quiet();
}

function watching(stage: Stage, disturbance: Disturbance | undefined) {
  const tasks: Place[] = [];
  const states: Place[] = [];
  let struck = false;
  const counted = (places: Place[], { stateMachineName, stateName }: StateVisit): Place => {
    const earlier = places.filter(
      ({ machine, state }) => machine === stateMachineName && state === stateName,
    );
    const place = { machine: stateMachineName, state: stateName, occurrence: earlier.length + 1 };
    places.push(place);
    return place;
  };
  const strikes = (place: Place) =>
    !struck &&
    disturbance !== undefined &&
    place.machine === disturbance.machine &&
    place.state === disturbance.state &&
    place.occurrence === disturbance.occurrence;
  const hooks: Hooks = {
    onStateEntered: (visit) => {
      const place = counted(states, visit);
      if (disturbance === undefined || !('stop' in disturbance) || !strikes(place)) return;
      struck = true;
      stage.world.services.stepFunctions.stopExecution(visit.executionArn, 'Stopped', 'a person stopped it');
    },
    interceptTask: (visit, proceed) => {
      const place = counted(tasks, visit);
      if (disturbance === undefined || !('fault' in disturbance) || !strikes(place)) return proceed();
      struck = true;
      return faults[disturbance.fault](proceed);
    },
  };
  return { hooks, tasks, states, struck: () => struck };
}
