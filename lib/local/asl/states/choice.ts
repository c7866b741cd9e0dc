import type { ChoiceState } from '../definition.ts';
import { StateFailure, whileExecuting } from '../errors.ts';
import type { Outcome } from '../progress.ts';
import type { Exit, Visit } from '../visit.ts';

/** Follows the first rule whose condition is true. The default uses the state's own Assign and Output. */
export async function runChoice(visit: Visit<ChoiceState>): Promise<Outcome> {
  return await visit.exit(await choose(visit), visit.input);
}

async function choose(visit: Visit<ChoiceState>): Promise<Exit> {
  const { state } = visit;
  const bindings = visit.bindings();
  for (const rule of state.choices) {
    if ((await visit.evaluate(rule.condition, bindings, 'boolean')) === true) return rule;
  }
  if (state.default !== undefined) return { assign: state.assign, output: state.output, next: state.default };
  const what = 'Failed to transition out of the state. The state does not point to a next state.';
  throw new StateFailure('States.Runtime', whileExecuting(state.name, visit.enteredId, what));
}
