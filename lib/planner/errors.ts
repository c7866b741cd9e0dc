import { InvalidInput, type Problem } from '../model/errors.ts';

/** No valid plan exists: because of a cycle, an unknown type or a name that is taken. */
export class PlanRefused extends InvalidInput {
  override readonly name: string = 'PlanRefused';
}

/** A resource outside the plan depends on one that the plan would delete. One problem for each dependent. */
export class StillNeeded extends PlanRefused {
  override readonly name: string = 'StillNeeded';
}

/** Throws `PlanRefused` if there are problems. */
export function refuseIfAny(problems: Problem[]): void {
  if (problems.length > 0) throw new PlanRefused(problems);
}
