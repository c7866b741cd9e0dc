import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { isPlacing } from '../model/identities.ts';
import { isFunction } from '../model/intrinsic-function.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import {
  PathMismatch,
  pathOf,
  pathsAround,
  segmentsOf,
  valueAtPath,
  withValueAt,
} from '../model/property-path.ts';
import type { AvailableAction } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { AssetChange, PropertyOwner } from '../model/wish.ts';
import { currentAssets } from './current-assets.ts';
import { refuseIfAny } from './errors.ts';
import { manifestView, ownersAfter } from './owners.ts';
import { reportScale, reportScaled } from './scale.ts';
import { reportShifted } from './shifted.ts';

/** An asset as a request that changes some of its properties declares it. */
export interface Configured {
  properties: JsonObject;
  owners: PropertyOwner[];
}

export interface ConfigureInput {
  requestId: string;
  scope: string;
  /** With `scale`, only capacities may be set. */
  action?: AvailableAction;
  changes: readonly AssetChange[];
  /** Assets of the scope. */
  assets: readonly Asset[];
  lookup: TypeLookup;
}

/**
 * Returns the desired properties of the named assets by asset id, with values that are set, removed or returned to the
 * manifest, and the new owners. Other assets are not included. Throws `PlanRefused` with every invalid change: an asset
 * that is missing, has another type or is named twice, an invalid path, or a released property without an owner.
 */
export function configure({
  requestId,
  action = 'configure',
  scope,
  changes,
  assets,
  lookup,
}: ConfigureInput): Map<string, Configured> {
  const byId = new Map([...currentAssets(assets).byName.values()].map((asset) => [asset.id, asset]));
  const problems: Problem[] = [];
  const configured = new Map<string, Configured>();
  for (const [index, change] of changes.entries()) {
    const report = (path: string, code: string, message: string) =>
      problems.push({ path: `changes.${index}.${path}`, code, message });
    const asset = byId.get(change.asset);
    if (asset === undefined) report('asset', 'UnknownAsset', `${scope} has no active asset ${change.asset}`);
    else if (asset.type !== change.type)
      report('type', 'WrongType', `${asset.logicalId} is ${asset.type}; the request says ${change.type}`);
    else if (configured.has(asset.id))
      report(
        'asset',
        'DuplicateAsset',
        `${asset.logicalId} is named twice; expected its changes in one entry`,
      );
    else
      configured.set(
        asset.id,
        changed(asset, change, { requestId, action, said: manifestView(asset, lookup(asset.type)) }, report),
      );
  }
  refuseIfAny(problems);
  return configured;
}

export type Report = (path: string, code: string, message: string) => void;

function changed(
  asset: Asset,
  change: AssetChange,
  { requestId, action, said }: { requestId: string; action: AvailableAction; said: JsonObject },
  report: Report,
): Configured {
  const { logicalId, owners = [] } = asset;
  const set = Object.entries(change.set).map(([path, value]) => ({ path: canonical(path), value }));
  const [remove, release] = [change.remove.map(canonical), change.release.map(canonical)];
  const taken = [...set.map(({ path }) => path), ...remove];
  reportNames(logicalId, [...taken, ...release], report);
  if (action === 'scale')
    reportScale(asset, { ...beyondOf(change), set, others: [...remove, ...release] }, report);
  else reportScaled(asset, [...taken, ...release], report);
  reportShifted(asset, [...taken, ...release], report);
  for (const path of remove.filter((one) => valueAtPath(asset.desired, one) === undefined))
    report('remove', 'UnknownPath', `${logicalId} has no ${path} that could be removed`);
  for (const path of remove.filter((one) => isPlacing(asset.type, one)))
    report(
      'remove',
      'PlacedByBaton',
      `${path} of ${logicalId} keeps it in its environment: it can't be removed`,
    );
  // The value of now isn't named: it may be more than the requester may read.
  for (const [path, value] of Object.entries(change.expected ?? {}))
    if (valueAtPath(asset.desired, canonical(path)) !== value)
      report(
        'expected',
        'Outdated',
        `${path} of ${logicalId} is no longer ${value}, on which the change was decided`,
      );
  for (const path of release.filter((one) => !owners.some((owner) => owner.path === one)))
    report('release', 'NotOwned', `${path} of ${logicalId} is the manifest's: ${takenOver(owners)}`);
  const values: [path: string, value: JsonValue | undefined][] = [
    // Elements are appended to a list in index order, whatever the order in the request.
    ...set.toSorted(byIndex).map(({ path, value }): [string, JsonValue] => [path, value]),
    ...release.map((path): [string, JsonValue | undefined] => [path, valueAtPath(said, path)]),
    // From the end of a list to its start, so that indexes stay valid.
    ...remove.toSorted(byIndexDescending).map((path): [string, undefined] => [path, undefined]),
  ];
  let properties = asset.desired;
  for (const [path, value] of values) {
    try {
      properties = withValueAt(properties, path, value);
    } catch (error) {
      if (!(error instanceof PathMismatch)) throw error;
      report(path, 'PathMismatch', `${path} of ${logicalId}: ${error.message}`);
    }
  }
  reportReferences({ logicalId, set, remove, properties }, report);
  return {
    properties,
    owners: ownersAfter(
      asset,
      { ...beyondOf(change), taken, released: release, requestId },
      { said, properties },
    ),
  };
}

/** Each path is named once, and none is inside another, because it would be undefined which one applies. */
function reportNames(logicalId: string, named: readonly string[], report: Report): void {
  if (named.length === 0)
    report('set', 'NothingAsked', `nothing is asked of ${logicalId}; expected set, remove or release`);
  for (const path of named.filter((one, at) => named.indexOf(one) !== at))
    report('set', 'DuplicatePath', `${path} of ${logicalId} is named twice; expected each path once`);
  const all = new Set(named);
  for (const path of named) {
    const outer = pathsAround(path).find((one) => all.has(one));
    if (outer !== undefined)
      report(
        'set',
        'OverlappingPaths',
        `${path} of ${logicalId} is inside of ${outer}; expected one of the two`,
      );
  }
}

/** References are allowed only in manifests: a value must not be a reference, and a path must not lead into one. */
function reportReferences(
  {
    logicalId,
    set,
    remove,
    properties,
  }: {
    logicalId: string;
    set: { path: string; value: JsonValue }[];
    remove: string[];
    properties: JsonObject;
  },
  report: Report,
): void {
  const becomesFunction = (path: string) =>
    pathsAround(path).some((outer) => {
      const value = valueAtPath(properties, outer);
      return value !== undefined && isObject(value) && isFunction(value);
    });
  const say = (section: string, path: string) =>
    report(
      `${section}.${path}`,
      'ReferenceInValue',
      `${path} of ${logicalId} would be a reference to something else; expected a value. References between resources ` +
        'stand in manifests',
    );
  for (const { path, value } of set) if (holdsFunction(value) || becomesFunction(path)) say('set', path);
  for (const path of remove) if (becomesFunction(path)) say('remove', path);
}

function beyondOf({ beyondPolicy }: AssetChange): { beyond?: true } {
  return beyondPolicy === undefined ? {} : { beyond: beyondPolicy };
}

/** Returns a path in the format of owners. */
function canonical(path: string): string {
  return pathOf(segmentsOf(path) ?? []);
}

function byIndex(one: { path: string }, other: { path: string }): number {
  return byIndexDescending(other.path, one.path);
}

function takenOver(owners: readonly PropertyOwner[]): string {
  if (owners.length === 0) return 'no request has taken a property of it over';
  return `expected one of ${owners.map(({ path }) => path).join(', ')}`;
}

function byIndexDescending(one: string, other: string): number {
  return other.localeCompare(one, 'en', { numeric: true });
}

function holdsFunction(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(holdsFunction);
  return isObject(value) && (isFunction(value) || Object.values(value).some(holdsFunction));
}
