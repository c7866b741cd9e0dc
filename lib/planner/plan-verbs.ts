import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { acts, waits } from '../model/operations.ts';
import { placeOf } from '../model/place.ts';
import type { HashedPlan, Inverse, Step, UnchangedResource } from '../model/plan.ts';
import type { DesiredState } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { findVerb, verbNamesOf } from '../model/verbs/index.ts';
import type { Verb } from '../model/verbs/verb.ts';
import { currentAssets } from './current-assets.ts';
import { refuseIfAny } from './errors.ts';
import { forwardPlan } from './forward-plan.ts';
import { verifyStepOf } from './verify-step.ts';

export interface VerbsInput {
  requestId: string;
  desired: DesiredState;
  /** Assets of the scope. */
  assets: readonly Asset[];
  lookup: TypeLookup;
}

/** An asset and its verb. */
interface Target {
  asset: Asset;
  verb: Verb;
}

/**
 * Plans verbs on named assets: one `act` step for each, followed by a `verify` step if the asset has health checks.
 * Dependents of another named asset come after it. Other assets are not included, and no property changes. Throws
 * `PlanRefused` with every invalid verb: a missing asset, an unknown verb of its type, or one that its manifest
 * controls.
 */
export function planVerbs({ requestId, desired, assets, lookup }: VerbsInput): HashedPlan {
  const { byName } = currentAssets([...assets]);
  const targets = targetsOf(desired, assets, byName);
  const steps = targets.flatMap(({ asset, verb }) => stepsOf(asset, verb, lookup));
  const lastOf = new Map(steps.map((step) => [step.resource, step.id]));
  for (const step of steps.filter(acts))
    step.dependsOn = neededBefore(step.resource, byName).flatMap((name) => lastOf.get(name) ?? []);
  return forwardPlan(requestId, desired, steps, readBeside(steps, byName));
}

/** Returns the named assets with their verbs. @throws PlanRefused */
function targetsOf(
  { wish, scope }: DesiredState,
  assets: readonly Asset[],
  byName: ReadonlyMap<string, Asset>,
): Target[] {
  const current = new Map([...byName.values()].map((asset) => [asset.id, asset]));
  const gone = new Map(assets.map((asset) => [asset.id, asset]));
  const problems: Problem[] = [];
  const targets = new Map<string, Target>();
  for (const [index, named] of (wish.kind === 'verbs' ? wish.verbs : []).entries()) {
    const report = (field: string, code: string, message: string) =>
      problems.push({ path: `verbs.${index}.${field}`, code, message });
    const asset = current.get(named.asset);
    const former = gone.get(named.asset);
    const verb = asset && findVerb(asset.type, named.verb);
    if (asset === undefined)
      report(
        'asset',
        'UnknownAsset',
        former === undefined
          ? `${scope} has no asset ${named.asset}; expected an active asset of this environment and scope`
          : `${former.logicalId} (${former.id}) is ${former.status}; expected an active asset`,
      );
    else if (targets.has(asset.id))
      report(
        'asset',
        'DuplicateAsset',
        `${asset.logicalId} is named twice; expected one verb for each asset`,
      );
    else if (verb === undefined) report('verb', 'UnknownVerb', unknownVerb(asset, named.verb));
    else if (Object.hasOwn(asset.desired, verb.call.property))
      report(
        'verb',
        'DecidedByManifest',
        `the manifest of ${asset.logicalId} sets ${verb.call.property}, which is what ${verb.name} would set; ` +
          'change it there, or remove it there first',
      );
    else targets.set(asset.id, { asset, verb });
  }
  refuseIfAny(problems);
  return [...targets.values()];
}

function unknownVerb({ logicalId, type }: Asset, verb: string): string {
  const names = verbNamesOf(type);
  const expected = names.length === 0 ? 'the type has none' : `expected ${names.join(' or ')}`;
  return `${logicalId} is ${type}, which has no verb "${verb}"; ${expected}`;
}

function stepsOf(asset: Asset, verb: Verb, lookup: TypeLookup): Step[] {
  const { logicalId: resource, type, identifier, health, deletionPolicy, updateReplacePolicy } = asset;
  const harm = verb.harmOf(asset.desired);
  const { operation, because } = verb.inverse;
  const inverse: Inverse =
    harm === 'data loss'
      ? { operation, irreversible: `${verb.name} loses data of ${resource}` }
      : { operation, because };
  const common = {
    ...{ resource, type, identifier, deletionPolicy, updateReplacePolicy },
    place: placeOf(asset),
    relationships: [...asset.dependsOn].sort(),
    holdsData: lookup(type)?.holdsData ?? false,
  };
  const act: Step = {
    ...common,
    id: `act:${resource}:${verb.name}`,
    operation: 'act',
    dependsOn: [],
    assetId: asset.id,
    assetVersion: asset.version,
    previous: asset.desired,
    act: {
      verb: verb.name,
      harm,
      sends: { [verb.call.property]: verb.call.valueOf('(made from the client token of the step)') },
      precondition: verb.precondition.words,
      witness: verb.witness,
      verification: verb.verification.words,
    },
    inverse,
  };
  if (health === undefined || health.length === 0) return [act];
  const bakeSeconds = asset.bakeSeconds ?? verb.verification.bakeSeconds;
  return [act, verifyStepOf({ ...common, health, bakeSeconds }, act.id)];
}

/**
 * Returns the logical ids of an asset's direct and indirect dependencies. Excludes its own dependents, because the
 * order in a cycle is arbitrary.
 */
function neededBefore(name: string, byName: ReadonlyMap<string, Asset>): string[] {
  return [...neededBy(name, byName)].filter((other) => !neededBy(other, byName).has(name)).sort();
}

function neededBy(name: string, byName: ReadonlyMap<string, Asset>): Set<string> {
  const found = new Set(byName.get(name)?.dependsOn);
  for (const one of found) for (const further of byName.get(one)?.dependsOn ?? []) found.add(further);
  return found;
}

/** Returns assets that health checks may refer to in addition to the named ones. */
function readBeside(steps: readonly Step[], byName: ReadonlyMap<string, Asset>): UnchangedResource[] {
  const named = new Set(steps.map(({ resource }) => resource));
  const verifying = steps.filter(waits);
  const read = new Set(verifying.flatMap(({ relationships }) => relationships));
  return [...read].sort().flatMap((name) => {
    const asset = named.has(name) ? undefined : byName.get(name);
    if (asset === undefined) return [];
    const { id: assetId, version: assetVersion, identifier } = asset;
    return [{ resource: name, assetId, assetVersion, identifier }];
  });
}
