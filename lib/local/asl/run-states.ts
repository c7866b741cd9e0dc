/** The loop of a strand: runs state after state until the scope ends. */
import type { Data } from './data.ts';
import type { State, States } from './definition.ts';
import type { Run, Strand } from './engine.ts';
import { StateFailure } from './errors.ts';
import { type Outcome, type Position, type Progress, resumed } from './progress.ts';
import { Scope } from './scope.ts';
import { runChoice } from './states/choice.ts';
import { runFail } from './states/fail.ts';
import { runMap } from './states/map.ts';
import { runParallel } from './states/parallel.ts';
import { runPass } from './states/pass.ts';
import { runSucceed } from './states/succeed.ts';
import { runTask } from './states/task.ts';
import { runWait } from './states/wait.ts';
import type { Nest } from './strands.ts';
import { Trail } from './trail.ts';
import { Variables } from './variables.ts';
import { Visit } from './visit.ts';

/** After this many transitions in a row, other work in the process gets a turn. */
const TRANSITIONS_IN_A_ROW = 1000;

/** Returns the strand of a whole execution, which continues from `from`. */
export function topStrand(run: Run, previousEventId: number, from?: Progress): Strand {
  return {
    run,
    scope: new Scope(),
    trail: new Trail(run.history, previousEventId),
    variables: new Variables(undefined, from?.at?.assigned),
    progress: resumed(from),
    mapItem: undefined,
    inside: undefined,
  };
}

/**
 * Runs from the first state of the scope, or from the strand's progress. @throws StateFailure if a state fails and
 * isn't recovered; Canceled if the strand's scope is canceled
 */
export async function runStates(strand: Strand, scope: States, input: Data): Promise<Data> {
  const { progress, trail } = strand;
  if (progress.done !== undefined) {
    trail.goOnFrom(progress.done.lastEventId);
    return progress.done.output;
  }
  let resumeAt = progress.at;
  let name = resumeAt?.state ?? scope.startAt;
  let data = input;
  for (;;) {
    const state = scope.states.get(name);
    if (state === undefined) throw new StateFailure('States.Runtime', `There is no state '${name}'.`);
    const outcome =
      resumeAt === undefined
        ? await runState(await enter(strand, state, data))
        : await resume(strand, state, resumeAt);
    if (outcome.next === undefined) {
      progress.at = undefined;
      progress.done = { output: outcome.output, lastEventId: trail.last };
      return outcome.output;
    }
    resumeAt = undefined;
    name = outcome.next;
    data = outcome.output;
  }
}

async function enter(strand: Strand, state: State, input: Data): Promise<Visit> {
  const { run, scope, trail } = strand;
  scope.throwIfCanceled();
  run.stateTransitions += 1;
  run.engine.transitions += 1;
  const details = { input: input.text, inputDetails: { truncated: false }, name: state.name };
  const enteredId = trail.enter(`${state.type}StateEntered`, details);
  strand.inside = state.type;
  const enteredTime = new Date(run.engine.clock.now()).toISOString();
  const assigned = strand.variables.snapshot();
  const position: Position = { state: state.name, input, enteredId, enteredTime, assigned };
  strand.progress.at = position;
  const visit = new Visit(strand, state, position);
  await observe(visit);
  return visit;
}

/** Runs a state that was entered before, unless it was exited. */
async function resume(strand: Strand, state: State, position: Position): Promise<Outcome> {
  strand.scope.throwIfCanceled();
  if (position.left !== undefined) {
    strand.trail.goOnFrom(position.left.exitedId);
    return position.left.outcome;
  }
  strand.trail.goOnFrom(position.enteredId);
  strand.inside = state.type;
  return await runState(new Visit(strand, state, position));
}

async function runState(visit: Visit): Promise<Outcome> {
  const { run, scope } = visit.strand;
  if (run.engine.transitions % TRANSITIONS_IN_A_ROW === 0) {
    await run.engine.clock.busy(() => new Promise((resolve) => setImmediate(resolve)));
  }
  scope.throwIfCanceled();
  return await carryOut(visit);
}

async function observe(visit: Visit): Promise<void> {
  const { run } = visit.strand;
  const observer = run.engine.hooks.onStateEntered;
  if (observer === undefined) return;
  const { executionArn, stateMachineName } = run;
  await run.engine.clock.busy(async () =>
    observer({ executionArn, stateMachineName, stateName: visit.state.name }),
  );
}

type Runner<T extends State['type']> = (
  visit: Visit<Extract<State, { type: T }>>,
  nest: Nest,
) => Promise<Outcome>;

const RUNNERS: { [T in State['type']]: Runner<T> } = {
  Pass: runPass,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Task: runTask,
  Parallel: runParallel,
  Map: runMap,
};

function carryOut(visit: Visit): Promise<Outcome> {
  const runner = RUNNERS[visit.state.type] as (visit: Visit, nest: Nest) => Promise<Outcome>;
  return runner(visit, runStates);
}
