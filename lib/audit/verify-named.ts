import type { DesiredState } from '../model/request.ts';
import type { ReadPlan } from './document-forms.ts';

/**
 * Steps of a plan that a request for changes of named assets can't come to: it makes nothing, changes what it names and
 * what reads that, and takes nothing away but what has a successor. What a step sets is taken as the plan has it.
 */
export function stepsNotNamed(
  { steps, unchanged = [] }: Pick<ReadPlan, 'steps' | 'unchanged'>,
  wish: DesiredState['wish'] | undefined,
): string[] {
  if (wish?.kind !== 'changes') return [];
  const named = new Set(wish.changes.map(({ asset }) => asset));
  const making = new Set(steps.filter(({ operation }) => makes.has(operation)));
  const changing = new Set([...making].map(({ resource }) => resource));
  const standing = new Set([...changing, ...unchanged.map(({ resource }) => resource)]);
  const fits = (step: ReadPlan['steps'][number]) => {
    const { operation, resource, assetId, relationships = [] } = step;
    if (!making.has(step)) return standing.has(resource);
    if (operation === 'create' || assetId === undefined) return false;
    return named.has(assetId) || relationships.some((one) => one !== resource && changing.has(one));
  };
  return steps.filter((step) => !fits(step)).map(({ id }) => id);
}

const makes: ReadonlySet<string> = new Set(['create', 'update', 'replace']);
