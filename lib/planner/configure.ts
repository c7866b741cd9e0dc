import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { PathMismatch, valueAtPath, withValueAt } from '../model/property-path.ts';
import type { AssetChange, PropertyOwner } from '../model/wish.ts';
import { currentAssets } from './current-assets.ts';
import { refuseIfAny } from './errors.ts';
import { manifestView, ownersAfter } from './owners.ts';
import { isFunction } from './references.ts';

/** An asset as a request that changes some of its properties wants it. */
export interface Configured {
  properties: JsonObject;
  owners: PropertyOwner[];
}

export interface ConfigureInput {
  requestId: string;
  scope: string;
  changes: readonly AssetChange[];
  /** Assets of the scope. */
  assets: readonly Asset[];
}

/**
 * What the named assets become, by asset id: values set, removed and given back to the manifest, and who decides them from
 * then on. Nothing is said of any other asset. Throws `PlanRefused` with every change that can't be made: an asset that
 * is not there, of another type or named twice, a path that leads nowhere, a property that nobody has taken over.
 */
export function configure({ requestId, scope, changes, assets }: ConfigureInput): Map<string, Configured> {
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
    else configured.set(asset.id, changed(asset, change, requestId, report));
  }
  refuseIfAny(problems);
  return configured;
}

type Report = (path: string, code: string, message: string) => void;

function changed(asset: Asset, change: AssetChange, requestId: string, report: Report): Configured {
  const { logicalId, owners = [] } = asset;
  const { set, remove, release } = change;
  const named = [...Object.keys(set), ...remove, ...release];
  if (named.length === 0)
    report('set', 'NothingAsked', `nothing is asked of ${logicalId}; expected set, remove or release`);
  for (const path of named.filter((one, at) => named.indexOf(one) !== at))
    report('set', 'DuplicatePath', `${path} of ${logicalId} is named twice; expected each path once`);
  for (const path of remove.filter((one) => valueAtPath(asset.desired, one) === undefined))
    report('remove', 'UnknownPath', `${logicalId} has no ${path} that could be removed`);
  for (const path of release.filter((one) => !owners.some((owner) => owner.path === one)))
    report('release', 'NotOwned', `${path} of ${logicalId} is the manifest's: ${takenOver(owners)}`);
  for (const [path, value] of Object.entries(set).filter(([, one]) => holdsFunction(one)))
    report(
      `set.${path}`,
      'ReferenceInValue',
      `${path} of ${logicalId} is set to ${Object.keys(value as JsonObject)[0] ?? 'a value'} of something else; ` +
        'expected a value. References between resources stand in manifests',
    );
  const said = manifestView(asset);
  const values: [path: string, value: JsonValue | undefined][] = [
    ...Object.entries(set),
    ...release.map((path): [string, JsonValue | undefined] => [path, valueAtPath(said, path)]),
    // From the end of a list to its start, so that indexes stay what they are.
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
  const taken = [...Object.keys(set), ...remove];
  return { properties, owners: ownersAfter(asset, { taken, released: release, requestId }, properties) };
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
