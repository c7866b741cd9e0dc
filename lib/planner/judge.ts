import type { Asset } from '../model/asset.ts';
import type { JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { DesiredResource } from '../model/request.ts';
import type { TypeSpec } from '../model/spec.ts';
import { diffProperties } from './diff.ts';
import { equal } from './equal.ts';
import { ownersText } from './owners.ts';
import { type Reference, referencesIn } from './references.ts';
import { replacementAt } from './replacement.ts';
import { unsendable } from './write-only.ts';

/** What has to happen to one desired resource. */
export interface Verdict {
  operation: 'create' | 'update' | 'replace' | 'unchanged';
  changes: PropertyChange[];
  spec?: TypeSpec;
}

/**
 * Compares a resource with its asset. `verdicts` contains those of its dependencies: their effect on the values that it
 * refers to counts as a change.
 */
export function judge(
  resource: DesiredResource,
  asset: Asset | undefined,
  spec: TypeSpec | undefined,
  verdicts: ReadonlyMap<string, Verdict>,
): Verdict {
  if (asset === undefined) return { operation: 'create', changes: [], spec };
  const changes: PropertyChange[] = [];
  if (asset.type !== resource.type) {
    changes.push({ path: 'Type', before: asset.type, after: resource.type, replacement: 'yes' });
  } else if (spec !== undefined) {
    const own = ownChanges(resource, asset, spec);
    changes.push(...(resource.baton?.replace === true ? replacing(own, spec) : own));
    changes.push(...throughReferences(resource, spec, verdicts, changes));
  }
  changes.push(...attributesOf(resource, asset));
  if (changes.length === 0) return { operation: 'unchanged', changes, spec };
  const replaced = changes.some((change) => change.replacement === 'yes');
  return { operation: replaced ? 'replace' : 'update', changes, spec };
}

/** Returns the differences from the last requested properties. If the last update failed, also from those before it. */
function ownChanges({ properties }: DesiredResource, asset: Asset, spec: TypeSpec): PropertyChange[] {
  const changes = diffProperties(asset.desired, properties, spec);
  if (asset.unsettled === undefined) return changes;
  const related = (one: string, other: string) =>
    one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
  const further = diffProperties(asset.unsettled.desired, properties, spec).filter(
    ({ path }) => !changes.some((change) => related(change.path, path)),
  );
  return [...changes, ...further];
}

/** Marks changes that the provider may refuse in place, or that no update can carry, as replacements. */
function replacing(changes: PropertyChange[], spec: TypeSpec): PropertyChange[] {
  const impossible = unsendable(changes, spec);
  return changes.map((change) =>
    change.replacement === 'maybe' || impossible.includes(change)
      ? { ...change, replacement: 'yes' }
      : change,
  );
}

/** Paths of changes without a provider call. */
export const inventoryOnly: ReadonlySet<string> = new Set([
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'DependsOn',
  'Owners',
  'Baton.scaling',
  'Baton.traffic',
]);

/** The path of the change that states that the last update failed. */
const lastUpdate = 'LastUpdate';

/** Returns changes of the inventory's attributes other than properties. They need no provider call. */
function attributesOf(resource: DesiredResource, asset: Asset): PropertyChange[] {
  const pairs = [
    ['DeletionPolicy', asset.deletionPolicy, resource.deletionPolicy],
    ['UpdateReplacePolicy', asset.updateReplacePolicy, resource.updateReplacePolicy],
    // A failed update is repeated regardless of its effect: no value counts as correct until one succeeds.
    [lastUpdate, asset.unsettled === undefined ? 'done' : 'failed', 'done'],
  ] as const;
  const changes: PropertyChange[] = pairs
    .filter(([, before, after]) => before !== after)
    .map(([path, before, after]) => ({ path, before, after, replacement: 'no' }));
  const [owned, owns] = [ownersText(asset.owners), ownersText(resource.owners)];
  if (owned.join() !== owns.join())
    changes.push({ path: 'Owners', before: owned, after: owns, replacement: 'no' });
  for (const name of ['scaling', 'traffic'] as const) {
    const [before, after] = [asset[name], resource.baton?.[name]];
    if (equal(before, after)) continue;
    changes.push({
      path: `Baton.${name}`,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      replacement: 'no',
    });
  }
  const needed = asset.dependsOn.toSorted(byText);
  const needs = resource.dependsOn.toSorted(byText);
  if (needed.join() !== needs.join()) {
    changes.push({ path: 'DependsOn', before: needed, after: needs, replacement: 'no' });
  }
  return changes;
}

export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Returns properties whose text stays the same but whose value changes with the resource they read. */
function throughReferences(
  resource: DesiredResource,
  spec: TypeSpec,
  verdicts: ReadonlyMap<string, Verdict>,
  own: readonly PropertyChange[],
): PropertyChange[] {
  const moved = resource.dependsOn.some(
    (name) => (verdicts.get(name)?.operation ?? 'unchanged') !== 'unchanged',
  );
  if (!moved) return [];
  const covered = own.map((change) => change.path);
  const found = new Map<string, PropertyChange>();
  for (const reference of referencesIn(resource.properties)) {
    const { path } = reference;
    const effect = effectOf(reference, verdicts.get(reference.target));
    if (effect === 'no' || covered.some((other) => path === other || path.startsWith(`${other}.`))) continue;
    const rule = replacementThrough(path, spec);
    const replacement = rule === 'yes' && effect === 'maybe' ? 'maybe' : rule;
    if (found.get(path)?.replacement !== 'yes') found.set(path, { path, replacement });
  }
  const expressions = found.size > 0 ? resource.properties : {};
  return [...found.values()].map((change) => {
    const value = valueAt(expressions, change.path);
    return { path: change.path, before: value, after: value, replacement: change.replacement };
  });
}

/** Tells whether the value of a reference changes when its target is created, replaced or updated. */
function effectOf(reference: Reference, target: Verdict | undefined): 'yes' | 'maybe' | 'no' {
  if (target === undefined || target.operation === 'unchanged') return 'no';
  if (target.operation !== 'update') return 'yes';
  const spec = target.spec;
  const read = reference.attribute ?? spec?.ref ?? 'identifier';
  if (read === 'identifier' || spec?.primaryIdentifier.includes(read)) return 'no';
  const touched = target.changes.filter(({ path }) => !inventoryOnly.has(path));
  if (touched.length === 0) return 'no';
  if (touched.some(({ path }) => path === lastUpdate)) return 'maybe';
  if (spec?.properties[read] !== undefined && !spec.readOnly.includes(read)) {
    return touched.some(({ path }) => path === read || path.startsWith(`${read}.`)) ? 'yes' : 'no';
  }
  return namesResource.test(read) && !namesVersion.test(read) ? 'no' : 'maybe';
}

/** Attributes that identify the resource (ARN, id, address). They stay the same while it exists. */
const namesResource = /(?:Arn|ARN|Id|ID|Name|Url|URL|Uri|URI|Address)$/;
/** Exceptions that identify its latest state: `LatestVersionArn`, `CurrentRevisionId`. */
const namesVersion = /Latest|Current|Version|Revision|Generation/;

/** Returns the effect of a changed value at a path when both sides are unknown. */
function replacementThrough(path: string, spec: TypeSpec): PropertyChange['replacement'] {
  const [name = ''] = path.split('.');
  // Any two different values work, because only the difference matters.
  return replacementAt({ path }, { [name]: { Ref: '' } }, { [name]: { Ref: '-' } }, spec);
}

/** Returns the value at a dotted path, in which a key may consist of several segments. */
function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [whole] = entries.filter(([key]) => key === path);
  if (whole !== undefined) return whole[1];
  return entries
    .filter(([key]) => path.startsWith(`${key}.`))
    .map(([key, inner]) => valueAt(inner, path.slice(key.length + 1)))
    .find((found) => found !== undefined);
}

/** Returns a function that tells whether a new resource takes the place of one. */
export function replacedIn(verdicts: ReadonlyMap<string, Verdict>): (logicalId: string) => boolean {
  return (logicalId) => verdicts.get(logicalId)?.operation === 'replace';
}
