import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { type Context, comesAfter, isEnding, wrong } from './context.ts';
import { readsOf } from './read.ts';

/**
 * Steps are in order: by reference and DependsOn, with cleanup last and in reverse order of the stored dependencies.
 */
export function checkOrder(context: Context): Problem[] {
  return [...checkReferences(context), ...checkLast(context), ...checkReverse(context)];
}

function checkReferences(context: Context): Problem[] {
  const problems: Problem[] = [];
  for (const resource of context.desired.values()) {
    const step = context.making.get(resource.logicalId);
    if (step === undefined) continue;
    const reads = readsOf(resource.properties).map(({ target }) => target);
    for (const name of new Set(reads)) {
      if (context.making.has(name) || context.unchanged.has(name)) continue;
      problems.push(wrong(step, 'DanglingReference', `${step.id} reads ${name}: neither made nor there`));
    }
    for (const id of madeBefore(context, [...resource.dependsOn, ...reads])) {
      if (comesAfter(context, step.id, id)) continue;
      problems.push(wrong(step, 'ReferenceNotCovered', `${step.id} needs ${id} and does not wait for it`));
    }
  }
  return problems;
}

/** Returns the steps that create the named resources, or the dependencies of unchanged ones. */
function madeBefore(context: Context, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const seen = new Set(names);
  for (const name of seen) {
    const step = context.making.get(name);
    if (step !== undefined) found.add(step.id);
    else for (const further of context.desired.get(name)?.dependsOn ?? []) seen.add(further);
  }
  return found;
}

/** Every step that deletes or retains comes after every step that creates, changes or verifies. */
function checkLast(context: Context): Problem[] {
  const { plan, step } = context;
  const making = plan.steps.filter((one) => !isEnding(one));
  const known = new Map<string, boolean>();
  const waitsForAll = (dependsOn: readonly string[]): boolean => {
    const key = dependsOn.join(' ');
    const before = known.get(key);
    if (before !== undefined) return before;
    const seen = new Set(dependsOn);
    for (const id of seen) for (const further of step.get(id)?.dependsOn ?? []) seen.add(further);
    const all = making.every(({ id }) => seen.has(id));
    known.set(key, all);
    return all;
  };
  return plan.steps
    .filter((one) => making.length > 0 && isEnding(one) && !waitsForAll(one.dependsOn))
    .map((one) => wrong(one, 'CleanUpNotLast', `${one.id} does not wait until all is made and changed`));
}

/** Assets end after their dependents, according to the inventory. */
function checkReverse(context: Context): Problem[] {
  const problems: Problem[] = [];
  for (const [assetId, step] of context.ending) {
    const asset = context.asset.get(assetId);
    if (asset === undefined) continue;
    for (const needed of neededEnding(context, asset)) {
      const later = context.ending.get(needed.id);
      if (later === undefined || comesAfter(context, later.id, step.id)) continue;
      if (reaches(context, needed, asset)) continue;
      problems.push(wrong(later, 'EndsTooEarly', `${later.id} does not wait for ${step.id}, which needs it`));
    }
  }
  return problems;
}

/** Returns the ending assets that an asset depends on: by id, or by name if no ids are stored. */
function neededEnding(context: Context, asset: Asset): Asset[] {
  const ids = asset.dependsOnAssets;
  const named = asset.dependsOn.map((name) => context.current.get(name)?.id ?? '');
  return (ids.length > 0 ? ids : named)
    .filter((id) => id !== asset.id && context.ending.has(id))
    .flatMap((id) => context.asset.get(id) ?? []);
}

/** Tells whether one asset depends on another indirectly. A cycle in the inventory exempts one edge. */
function reaches(context: Context, from: Asset, to: Asset): boolean {
  const seen = new Set([from]);
  for (const asset of seen) for (const further of neededEnding(context, asset)) seen.add(further);
  return seen.has(to);
}
