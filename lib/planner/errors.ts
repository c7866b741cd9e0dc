import { InvalidInput, type Problem } from '../model/errors.ts';

/** No plan can be made that keeps its promises: a cycle, a type nobody knows, a name that is taken. */
export class PlanRefused extends InvalidInput {
  override readonly name: string = 'PlanRefused';
}

/** Something outside the plan needs what the plan would delete; one problem for each dependent. */
export class StillNeeded extends PlanRefused {
  override readonly name: string = 'StillNeeded';
}

/** Throws `PlanRefused` if there is anything to refuse for. */
export function refuseIfAny(problems: Problem[]): void {
  if (problems.length > 0) throw new PlanRefused(problems);
}
