import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isWithin } from '../model/property-path.ts';
import type { DesiredResource, DesiredState } from '../model/request.ts';
import { compareText } from '../model/text.ts';
import { asTexts, referenceIn, sideName, withReferences } from '../model/traffic-shift.ts';
import { findWeight, type SideWeight, type WeightTrait } from '../model/weights/index.ts';
import type { KeptProperty, PropertyOwner } from '../model/wish.ts';
import { equal } from './equal.ts';
import { referencesIn } from './references.ts';

/** Returns the properties that shifts own, by their top-level names: those with the weights, if a manifest declares traffic. */
export function shiftedPaths(type: string, traffic: JsonValue | undefined): readonly string[] {
  const trait = traffic === undefined ? undefined : findWeight(type);
  return trait === undefined || typeof trait === 'string' ? [] : trait.holds;
}

/**
 * Returns a resource with the weights in force: where its manifest declares traffic, shifts decide them, and the manifest's
 * values are only the initial ones.
 *
 * @param written the resource as its manifest has it
 * @param resource the same with the values of other owners
 */
export function withTraffic(
  written: DesiredResource,
  resource: DesiredResource,
  asset: Asset | undefined,
  requestId: string,
): DesiredResource {
  const trait = written.baton?.traffic === undefined ? undefined : findWeight(written.type);
  if (trait === undefined || typeof trait === 'string' || asset?.type !== written.type) return resource;
  const properties = heldBy(trait, resource.properties, asset.desired);
  const owners: PropertyOwner[] = [];
  const kept: KeptProperty[] = [];
  for (const path of trait.holds) {
    const [said, value] = [resource.properties[path], properties[path]];
    const before = asset.owners?.find((one) => one.path === path && one.owner === 'traffic');
    const differs = !equal(said, value);
    if (before === undefined && !differs) continue;
    const owner: PropertyOwner = {
      ...{ path, owner: 'traffic', requestId: before?.requestId ?? requestId },
      ...(said === undefined ? {} : { manifest: said }),
    };
    owners.push(owner);
    if (differs) kept.push({ ...owner, ...(value === undefined ? {} : { value }) });
  }
  if (owners.length === 0) return resource;
  const references = referencesIn(
    Object.fromEntries(trait.holds.map((name) => [name, properties[name] ?? null])),
  );
  const needed = references.map(({ target }) => target);
  return {
    ...resource,
    properties,
    dependsOn: [...new Set([...resource.dependsOn, ...needed])].sort(compareText),
    owners: [...(resource.owners ?? []), ...owners],
    ...(kept.length + (resource.kept?.length ?? 0) > 0 && { kept: [...(resource.kept ?? []), ...kept] }),
  };
}

function heldBy(trait: WeightTrait, written: JsonObject, standing: JsonObject): JsonObject {
  const [said, inForce] = [asTexts(written), asTexts(standing)];
  const change = trait.hold?.(said.value as JsonObject, inForce.value as JsonObject) ?? {
    set: {},
    remove: [],
  };
  const meant = new Map([...said.meant, ...inForce.meant]);
  const set = withReferences(change.set, meant);
  const kept = Object.entries(written).filter(([name]) => !change.remove.includes(name));
  return { ...Object.fromEntries(kept), ...(isObject(set) ? set : {}) };
}

/** Returns a problem for each side with traffic that the manifest no longer declares, replaces or no longer forwards to. */
export function sideProblems(
  asked: DesiredResource,
  asset: Asset | undefined,
  desired: DesiredState,
  isReplaced: (logicalId: string) => boolean,
): Problem[] {
  if (desired.wish.kind !== 'resources') return [];
  return [...droppedSides(asked, desired), ...movedSides(asked, asset, isReplaced)];
}

/** Returns a problem for each side with traffic that the manifest no longer declares. */
function droppedSides(resource: DesiredResource, { resources }: DesiredState): Problem[] {
  const paths = shiftedPaths(resource.type, resource.baton?.traffic);
  if (paths.length === 0) return [];
  const held = Object.fromEntries(paths.map((path) => [path, resource.properties[path] ?? null]));
  const names = new Set(resources.map(({ logicalId }) => logicalId));
  const targets = referencesIn(held).map(({ target }) => target);
  const gone = new Set(targets.filter((name) => !names.has(name)));
  return [...gone].map((name) => ({
    path: `Resources.${name}`,
    code: 'SideInForce',
    message:
      `${name} has traffic of ${resource.logicalId}, and the manifest no longer declares it; expected ${name} in the manifest ` +
      'until traffic is shifted away from it (baton traffic shift)',
  }));
}

/**
 * Returns a problem for each side whose traffic a manifest would move without a shift: because it replaces the side, so that
 * its successor got all of that traffic at once, or forwards to it no longer.
 */
function movedSides(
  resource: DesiredResource,
  asset: Asset | undefined,
  isReplaced: (logicalId: string) => boolean,
): Problem[] {
  const { logicalId, type, properties, baton } = resource;
  const trait = baton?.traffic === undefined ? undefined : findWeight(type);
  if (trait === undefined || typeof trait === 'string' || asset?.type !== type) return [];
  const sidesOf = (from: JsonObject) => shares(trait.sides?.(asTexts(from).value as JsonObject) ?? []);
  const after = sidesOf(properties);
  return [...sidesOf(asset.desired)].flatMap(([side, share]): Problem[] => {
    const name = sideName(side);
    const replaced = isReplaced(referenceIn(side)?.resource ?? '');
    if (!replaced && after.get(side) === share) return [];
    const how = replaced ? `would replace ${name}` : `forwards to ${name} no longer`;
    return [
      {
        path: `Resources.${logicalId}`,
        code: 'SideInForce',
        message:
          `${name} has traffic of ${logicalId}, and the manifest ${how}, which would move all of it at once; expected a new side ` +
          'under another logical id, and baton traffic shift',
      },
    ];
  });
}

/** Returns the shares of the sides that have traffic. */
function shares(sides: readonly SideWeight[]): Map<string, number> {
  const all = sides.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(sides.flatMap(({ name, weight }) => (weight > 0 ? [[name, weight / all]] : [])));
}

/** Returns the owners of an asset after a shift. */
export function shiftOwners(asset: Asset, { holds }: WeightTrait, requestId: string): PropertyOwner[] {
  const before = new Map((asset.owners ?? []).map((owner) => [owner.path, owner]));
  const others = (asset.owners ?? []).filter(({ path }) => !holds.some((name) => isWithin(path, name)));
  const own = holds.map((path): PropertyOwner => {
    const known = before.get(path);
    const said = known?.owner === 'traffic' ? known.manifest : asset.desired[path];
    return { path, owner: 'traffic', requestId, ...(said === undefined ? {} : { manifest: said }) };
  });
  return [...others, ...own].sort((a, b) => compareText(a.path, b.path));
}

/** Reports properties with weights that a request would change although shifts decide them. */
export function reportShifted(
  { logicalId, type, traffic }: Asset,
  paths: readonly string[],
  report: (path: string, code: string, message: string) => void,
): void {
  const shifted = shiftedPaths(type, traffic);
  for (const path of paths.filter((one) => shifted.some((own) => isWithin(own, one) || isWithin(one, own))))
    report(
      'set',
      'OwnedByTraffic',
      `${path} of ${logicalId} has the weights of its sides, which shifts decide; expected baton traffic shift, or a manifest ` +
        'for everything else in it',
    );
}
