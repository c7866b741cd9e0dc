import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson } from '../../model/json.ts';
import { placeOf, placeOfStep } from '../../model/place.ts';
import type { DesiredResource } from '../../model/request.ts';
import { type Context, isMaking, wrong } from './context.ts';

/** Every desired resource has its step or is unchanged, every removed asset is ended, and nothing else is affected. */
export function checkComplete(context: Context): Problem[] {
  const { plan, evidence, desired, unchanged } = context;
  const problems: Problem[] = [];
  for (const resource of desired.values()) problems.push(...checkDesired(context, resource));
  const made = new Set<string>();
  for (const step of plan.steps.filter(isMaking)) {
    if (made.has(step.resource))
      problems.push(wrong(step, 'DuplicateStep', `${step.resource} is made twice`));
    made.add(step.resource);
    if (desired.has(step.resource)) continue;
    problems.push(wrong(step, 'NotDesired', `${step.id} makes what the request does not name`));
  }
  if (evidence.desired !== undefined) {
    for (const resource of unchanged.keys()) {
      if (!desired.has(resource)) problems.push(missing(resource, 'is not desired and yet unchanged'));
    }
    if (canonicalJson(plan.outputs) !== canonicalJson(evidence.desired.outputs)) {
      problems.push({
        path: 'outputs',
        code: 'WrongOutputs',
        message: 'the outputs are not those asked for',
      });
    }
  }
  for (const asset of context.asset.values()) problems.push(...checkAsset(context, asset));
  return problems;
}

function checkDesired(context: Context, resource: DesiredResource): Problem[] {
  const { logicalId } = resource;
  const step = context.making.get(logicalId);
  const still = context.unchanged.get(logicalId);
  const asset = context.current.get(logicalId);
  if (step === undefined && still === undefined) return [missing(logicalId, 'is desired and has no step')];
  if (step === undefined) {
    if (asset?.id !== still?.assetId) return [missing(logicalId, 'is said to be unchanged and is not there')];
    return canonicalJson(still?.kept ?? null) === canonicalJson(resource.kept ?? null)
      ? []
      : [missing(logicalId, 'does not say what its owners keep')];
  }
  if (still !== undefined) return [missing(logicalId, `has ${step.id} and is said to be unchanged`)];
  const problems: Problem[] = [];
  if ((step.operation === 'create') !== (asset === undefined)) {
    const message = `${step.id}, though ${logicalId} is ${asset === undefined ? 'not ' : ''}there`;
    problems.push(wrong(step, 'WrongOperation', message));
  }
  if (asset !== undefined && step.assetId !== asset.id) {
    problems.push(wrong(step, 'WrongAsset', `${step.id} works on ${step.assetId}, not on ${asset.id}`));
  }
  const pairs = [
    ['type', step.type, resource.type],
    ['place', { ...placeOfStep(context.plan, step) }, { ...(resource.place ?? placeOf(context.plan)) }],
    ['desired', step.desired, resource.properties],
    ['health', step.health, resource.health],
    ['bakeSeconds', step.bakeSeconds, resource.bakeSeconds],
    ['baton', step.baton, resource.baton],
    ['relationships', step.relationships, [...resource.dependsOn].sort((a, b) => (a < b ? -1 : 1))],
    ['updatePolicy', step.updatePolicy, resource.updatePolicy],
    ['owners', step.owners, resource.owners],
    ['kept', step.kept, resource.kept],
    ['deletionPolicy', step.deletionPolicy, resource.deletionPolicy],
    ['updateReplacePolicy', step.updateReplacePolicy, resource.updateReplacePolicy],
  ] as const;
  for (const [name, planned, asked] of pairs) {
    if (canonicalJson(planned ?? null) === canonicalJson(asked ?? null)) continue;
    problems.push(wrong(step, 'NotAsAsked', `${step.id}: ${name} is not what the request says`));
  }
  return problems;
}

/** Checks that a removed asset is ended as its policy says, and that others are left alone. */
function checkAsset(context: Context, asset: Asset): Problem[] {
  const step = context.ending.get(asset.id);
  const policy = policyOf(context, asset);
  if (policy === undefined) {
    if (step === undefined) return [];
    // In a decommission of part of a scope, the plan says which assets are removed, and their own policies say how.
    if (context.evidence.desired === undefined)
      return checkEnd(step.operation, asset.deletionPolicy, step.id);
    return [wrong(step, 'StillDesired', `${step.id} ends ${asset.logicalId}, which is desired as it is`)];
  }
  if (step === undefined) return [missing(asset.logicalId, `(${asset.identifier}) goes and has no step`)];
  return checkEnd(step.operation, policy, step.id);
}

function checkEnd(operation: string, policy: string, id: string): Problem[] {
  // Cloud Control has no final snapshots, so an asset that can't be deleted with one is kept.
  const expected = policy === 'Delete' ? 'delete' : 'retain';
  return operation === expected
    ? []
    : [wrong({ id }, 'WrongPolicy', `${id}, though the policy is ${policy}`)];
}

/** Returns the policy by which an asset is removed, or undefined if it stays. */
function policyOf(context: Context, asset: Asset): string | undefined {
  if (context.evidence.desired === undefined) {
    return context.unchanged.has(asset.logicalId) ? undefined : asset.deletionPolicy;
  }
  if (context.current.get(asset.logicalId)?.id !== asset.id) return asset.updateReplacePolicy;
  const resource = context.desired.get(asset.logicalId);
  if (resource === undefined) return asset.deletionPolicy;
  const replaced = context.making.get(asset.logicalId)?.operation === 'replace';
  return replaced ? resource.updateReplacePolicy : undefined;
}

function missing(resource: string, message: string): Problem {
  return { path: `resources.${resource}`, code: 'Incomplete', message: `${resource} ${message}` };
}
