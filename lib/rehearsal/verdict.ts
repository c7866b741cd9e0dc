import type { Rehearsal } from '../model/change.ts';
import { changes, removes } from '../model/operations.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { Former, StepResult } from './carry-out.ts';
import type { Difference } from './differences.ts';
import { valueAt } from './paths.ts';

/** Maximum number of differences in a capsule. */
const differencesMax = 50;

interface Found {
  plan: HashedPlan;
  inverse: HashedPlan;
  undone: ReadonlyMap<string, StepResult>;
  /** What the rollback re-created, by step. */
  former: ReadonlyMap<string, Former>;
  differences: readonly Difference[];
  lookup: TypeLookup;
}

/**
 * Returns the result of a rehearsal. A resource that is deleted and created again counts as restored if its properties
 * are the same: the plan says that its rollback creates it again. That it is a different resource is listed as
 * irreversible.
 */
export function verdictOn(found: Found): Omit<Rehearsal, 'seed' | 'steps' | 'undoSteps'> {
  const { plan } = found;
  const excused = excuses(found);
  const open = found.differences.filter((one) => !excused(one));
  const expected = found.differences.filter(excused);
  const said = [
    ...open,
    ...expected.map((one) => ({ ...one, message: `${one.message} (as the plan says)` })),
  ].map(({ resource, path, message }) => ({ resource, path, message }));
  const outcome = open.length > 0 ? 'failed' : 'passed';
  return {
    outcome: plan.steps.length === 0 ? 'none' : outcome,
    planHash: plan.hash,
    differences: cut(said),
    irreversible: irreversible(found),
  };
}

function cut(differences: Rehearsal['differences']): Rehearsal['differences'] {
  if (differences.length <= differencesMax) return differences;
  const more = differences.length - differencesMax + 1;
  const rest = { resource: '', path: '', message: `and ${more} more differences` };
  return [...differences.slice(0, differencesMax - 1), rest];
}

/**
 * Tells whether the plan predicted a difference: any difference for a deletion, and for an update those that reads
 * hide.
 */
function excuses({ plan, lookup }: Found): (difference: Difference) => boolean {
  const said = plan.steps.filter(({ inverse }) => inverse.irreversible !== undefined);
  const gone = new Set(said.filter(removes).map(({ resource }) => resource));
  const changed = new Set(said.map(({ resource }) => resource));
  return ({ resource, type, path }) => {
    if (gone.has(resource)) return true;
    const hidden = (lookup(type)?.writeOnly ?? []).some((one) => one === path || one.startsWith(`${path}.`));
    return changed.has(resource) && path !== '' && hidden;
  };
}

function irreversible(found: Found): Rehearsal['irreversible'] {
  const { plan, former, differences, lookup } = found;
  const said = plan.steps.flatMap(({ id, inverse }) =>
    inverse.irreversible === undefined ? [] : [{ step: id, reason: inverse.irreversible }],
  );
  const created = found.inverse.steps.flatMap((step) => {
    const was = former.get(step.id);
    if (was === undefined || found.undone.get(step.id)?.status !== 'Succeeded') return [];
    const parts = lookup(step.type)?.primaryIdentifier ?? [];
    const sent = found.undone.get(step.id)?.applied;
    if (parts.length > 0 && parts.every((part) => valueAt(sent, part) !== undefined)) return [];
    const reason = `${step.resource} comes back as a new resource: its identifier is not ${was.identifier} any more`;
    return [{ step: was.deletedBy, reason }];
  });
  const named = new Set(said.map(({ step }) => step));
  const hidden = differences.flatMap(({ resource, type, path }) => {
    if (path === '' || !(lookup(type)?.writeOnly ?? []).some((one) => path === one)) return [];
    const step = plan.steps.find((one) => one.resource === resource && changes(one));
    if (step === undefined || named.has(step.id)) return [];
    return [{ step: step.id, reason: `${path} can't be read back: its earlier value does not return` }];
  });
  return [...said, ...created, ...hidden];
}
