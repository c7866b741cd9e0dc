import type { DesiredState } from '../model/request.ts';
import type { ReadPlan } from './document-forms.ts';

/**
 * Returns the steps of a plan that the request can't lead to. A request for changes creates nothing, changes only the
 * named assets and their readers, and removes nothing without a successor. A request for verbs acts on the named
 * assets, verifies them, and does nothing else; one for a shift only updates its asset and verifies. Any other request
 * has no verbs. The values that a step sets are not
 * checked here.
 */
export function stepsNotNamed(
  plan: Pick<ReadPlan, 'steps' | 'unchanged'>,
  wish: DesiredState['wish'] | undefined,
): string[] {
  const fits = wish?.kind === 'changes' ? fitsChanges(plan, wish.changes) : fitsOthers(plan, wish);
  return plan.steps.filter((step) => !fits(step)).map(({ id }) => id);
}

type ReadStep = ReadPlan['steps'][number];

function fitsChanges(
  { steps, unchanged = [] }: Pick<ReadPlan, 'steps' | 'unchanged'>,
  changes: readonly { asset: string }[],
): (step: ReadStep) => boolean {
  const named = new Set(changes.map(({ asset }) => asset));
  const making = new Set(steps.filter(({ operation }) => makes.has(operation)));
  const changing = new Set([...making].map(({ resource }) => resource));
  const standing = new Set([...changing, ...unchanged.map(({ resource }) => resource)]);
  return (step) => {
    const { operation, resource, assetId, relationships = [] } = step;
    if (operation === 'act') return false;
    if (operation === 'verify') return changing.has(resource);
    if (!making.has(step)) return standing.has(resource);
    if (operation === 'create' || assetId === undefined) return false;
    return named.has(assetId) || relationships.some((one) => one !== resource && changing.has(one));
  };
}

const makes: ReadonlySet<string> = new Set(['create', 'update', 'replace']);

function fitsOthers(
  { steps }: Pick<ReadPlan, 'steps'>,
  wish: DesiredState['wish'] | undefined,
): (step: ReadStep) => boolean {
  if (wish?.kind === 'shifts') return fitsShift(wish.shifts);
  if (wish?.kind !== 'verbs') return ({ operation }) => operation !== 'act';
  const verbOf = new Map(wish.verbs.map(({ asset, verb }) => [asset, verb]));
  const isNamed = ({ operation, assetId = '', act }: ReadStep) =>
    operation === 'act' && act !== undefined && verbOf.get(assetId) === act.verb;
  const acted = new Set(steps.filter(isNamed).map(({ resource }) => resource));
  return (step) => isNamed(step) || (step.operation === 'verify' && acted.has(step.resource));
}

/** A shift updates the named asset several times and verifies in between. */
function fitsShift(shifts: readonly { asset: string }[]): (step: ReadStep) => boolean {
  const named = new Set(shifts.map(({ asset }) => asset));
  return ({ operation, assetId = '' }) =>
    operation === 'verify' || (operation === 'update' && named.has(assetId));
}
