/** The loop of a strand: state after state until its scope ends. */
import type { Data } from './data.ts';
import type { State, States } from './definition.ts';
import type { Run, Strand } from './engine.ts';
import { StateFailure } from './errors.ts';
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
import { type Outcome, Visit } from './visit.ts';

/** After so many transitions in a row, whatever else waits in the process has its turn. */
const TRANSITIONS_IN_A_ROW = 1000;

/** The strand of a whole execution; `resume` in the run says where a redrive starts. */
export function topStrand(run: Run, previousEventId: number): Strand {
  return {
    run,
    scope: new Scope(),
    trail: new Trail(run.history, previousEventId),
    variables: new Variables(),
    isTop: true,
    mapItem: undefined,
    inside: undefined,
  };
}

/** @throws StateFailure when a state fails for good, Cancelled when the strand's scope is cancelled */
export async function runStates(
  strand: Strand,
  scope: States,
  input: Data,
  startAt = scope.startAt,
): Promise<Data> {
  let name = startAt;
  let data = input;
  for (;;) {
    const state = scope.states.get(name);
    if (state === undefined) throw new StateFailure('States.Runtime', `There is no state '${name}'.`);
    const outcome = await runState(strand, state, data);
    if (outcome.next === undefined) return outcome.output;
    name = outcome.next;
    data = outcome.output;
  }
}

async function runState(strand: Strand, state: State, input: Data): Promise<Outcome> {
  const { run, scope, trail } = strand;
  scope.throwIfCancelled();
  run.stateTransitions += 1;
  run.engine.transitions += 1;
  if (strand.isTop) run.resume = { state: state.name, input, variables: strand.variables.snapshot() };
  const details = { input: input.text, inputDetails: { truncated: false }, name: state.name };
  const enteredId = trail.enter(`${state.type}StateEntered`, details);
  strand.inside = state.type;
  const visit = new Visit(strand, state, input, enteredId);
  await observe(visit);
  if (run.engine.transitions % TRANSITIONS_IN_A_ROW === 0) {
    await run.engine.clock.busy(() => new Promise((resolve) => setImmediate(resolve)));
  }
  scope.throwIfCancelled();
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
