import type { HashedPlan } from '../model/plan.ts';

/** Ids of the assets that a plan touches; undefined among them if it makes something new. */
export function touchedBy({ steps }: Pick<HashedPlan, 'steps'>): (string | undefined)[] {
  // What is verified is what another step has made or touched.
  const touching = steps.filter(({ operation }) => operation !== 'verify');
  return [...new Set(touching.map(({ assetId }) => assetId))];
}
