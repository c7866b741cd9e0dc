import type { Cell } from '../../ledger/budgets.ts';
import { placeOfStep } from '../../model/place.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import { providerOf } from '../../providers/registry.ts';

/** Which provider carries a step out, in which account and region: what has a rate budget of its own. */
export function cellOf(
  plan: Pick<HashedPlan, 'environment' | 'account' | 'region'>,
  step: Pick<Step, 'type' | 'place'>,
): Cell {
  const { account, region } = placeOfStep(plan, step);
  return { provider: providerOf(step.type), account, region };
}

/** The cells of a plan, each once. */
export function cellsOf(plan: HashedPlan): Cell[] {
  const cells = plan.steps.map((step) => cellOf(plan, step));
  return [...new Map(cells.map((cell) => [Object.values(cell).join(), cell])).values()];
}
