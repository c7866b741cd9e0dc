import type { Cell } from '../../ledger/budgets.ts';
import { placeOfStep } from '../../model/place.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import { providerOf } from '../../providers/registry.ts';

/** Returns the cell of a step: its provider, account and region. Each cell has its own rate budget. */
export function cellOf(
  plan: Pick<HashedPlan, 'environment' | 'account' | 'region'>,
  step: Pick<Step, 'type' | 'place'>,
): Cell {
  const { account, region } = placeOfStep(plan, step);
  return { provider: providerOf(step.type), account, region };
}

/** Returns the distinct cells of a plan. */
export function cellsOf(plan: HashedPlan): Cell[] {
  const cells = plan.steps.map((step) => cellOf(plan, step));
  return [...new Map(cells.map((cell) => [Object.values(cell).join(), cell])).values()];
}
