import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { TypeSpec } from '../../model/spec.ts';
import { type Context, wrong } from './context.ts';
import { readsOf } from './read.ts';

/**
 * Each difference is listed in the changes of its step, and replaces the resource if the spec says so. No other change
 * is listed.
 */
export function checkChanges(context: Context): Problem[] {
  const problems: Problem[] = [];
  for (const resource of context.desired.values()) {
    const asset = context.current.get(resource.logicalId);
    const spec = context.lookup(resource.type);
    if (asset === undefined || spec === undefined) continue;
    const step = context.making.get(resource.logicalId);
    const paths =
      asset.type === resource.type ? differences(asset.desired, resource.properties, spec) : ['Type'];
    const moved = movedReads(context, resource);
    if (step === undefined) {
      const reasons = [...paths, ...moved, ...kept(asset, resource)];
      if (reasons.length === 0) continue;
      const message = `${resource.logicalId} is said to be unchanged, but differs at ${reasons.join(', ')}`;
      problems.push({ path: `unchanged.${resource.logicalId}`, code: 'NotUnchanged', message });
    } else {
      const reasons = [...paths, ...moved, ...kept(asset, resource)];
      problems.push(...checkStep(step, reasons, asset, resource, spec));
      problems.push(...checkReplacement(step, [...paths, ...moved], asset, resource, spec));
    }
  }
  return problems;
}

function checkStep(
  step: Step,
  paths: string[],
  asset: Asset,
  resource: DesiredResource,
  spec: TypeSpec,
): Problem[] {
  const listed = step.changes ?? [];
  const problems: Problem[] = [];
  if (listed.length === 0) problems.push(wrong(step, 'NoChange', `${step.id} changes nothing`));
  for (const path of paths) {
    if (listed.some((change) => within(path, change.path))) continue;
    problems.push(wrong(step, 'ChangeMissing', `${step.id} does not list the change of ${path}`));
  }
  const before: JsonObject = { ...sides(asset), ...asset.desired };
  const earlier: JsonObject = { ...sides(asset), ...(asset.unsettled?.desired ?? asset.desired) };
  const after: JsonObject = { ...sides(resource), ...resource.properties };
  for (const change of listed) {
    const is = (side: JsonObject, value: JsonValue | undefined) =>
      canonicalJson(at(side, change.path) ?? null) === canonicalJson(value ?? null);
    const was = is(before, change.before) || is(earlier, change.before);
    if (!was || !is(after, change.after)) {
      problems.push(wrong(step, 'WrongChange', `${step.id}: ${change.path} does not change as listed`));
    }
  }
  if (!spec.updatable && step.operation === 'update' && paths.some((path) => !inventoryOnly.has(path))) {
    problems.push(wrong(step, 'MustReplace', `${step.id}: a ${spec.type} can't be changed in place`));
  }
  return problems;
}

const inventoryOnly = new Set([
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'DependsOn',
  'LastUpdate',
  'Owners',
  'Baton.scaling',
  'Baton.traffic',
]);

/** Returns the inventory's attributes other than properties, with the names that changes use. */
function sides(of: Asset | DesiredResource): JsonObject {
  return {
    Type: of.type,
    DeletionPolicy: of.deletionPolicy,
    UpdateReplacePolicy: of.updateReplacePolicy,
    DependsOn: [...of.dependsOn].sort((a, b) => (a < b ? -1 : 1)),
    Owners: (of.owners ?? [])
      .map(({ path, owner, requestId, by }) => {
        const decides = {
          configuration: requestId,
          scaling: 'scaling policy',
          traffic: 'traffic policy',
          native: `native auto scaling by ${by}`,
        };
        return `${path} (${decides[owner]})`;
      })
      .sort(),
    'Baton.scaling': ('desired' in of ? of.scaling : of.baton?.scaling) ?? null,
    'Baton.traffic': ('desired' in of ? of.traffic : of.baton?.traffic) ?? null,
    LastUpdate: 'unsettled' in of && of.unsettled !== undefined ? 'failed' : 'done',
  };
}

function kept(asset: Asset, resource: DesiredResource): string[] {
  const [before, after] = [sides(asset), sides(resource)];
  return [...inventoryOnly].filter((name) => canonicalJson(before[name]) !== canonicalJson(after[name]));
}

/** A different create-only property requires a replacement, and a replacement requires a change that causes it. */
function checkReplacement(
  step: Step,
  paths: string[],
  asset: Asset,
  resource: DesiredResource,
  spec: TypeSpec,
): Problem[] {
  const createOnly = spec.createOnly.filter((path) => !path.includes('*'));
  const demanded = createOnly.filter((path) => {
    const differs = (value: string) => within(value, path) || within(path, value);
    return paths.some(differs) && canonicalJson(part(asset, path)) !== canonicalJson(part(resource, path));
  });
  for (const path of paths) {
    const [name = ''] = path.split('.');
    if (spec.properties[name]?.replacement === 'yes') demanded.push(path);
  }
  if (step.operation === 'update' && asset.type === resource.type && demanded.length > 0) {
    return [wrong(step, 'MustReplace', `${step.id}: ${demanded.join(', ')} can't be changed in place`)];
  }
  const yes = step.changes?.some((change) => change.replacement === 'yes') ?? false;
  if (step.operation === 'replace' && !yes) {
    return [wrong(step, 'NeedNotReplace', `${step.id} replaces, but none of its changes demands it`)];
  }
  if (step.operation === 'update' && yes) {
    return [wrong(step, 'MustReplace', `${step.id} is an update, but one of its changes replaces`)];
  }
  return [];
}

function part(of: Asset | DesiredResource, path: string): JsonValue {
  return at('properties' in of ? of.properties : of.desired, path) ?? null;
}

/** Returns the paths of properties that read a resource which this plan creates again. */
function movedReads(context: Context, resource: DesiredResource): string[] {
  return readsOf(resource.properties)
    .filter(({ target }) => {
      const operation = context.making.get(target)?.operation;
      return operation === 'create' || operation === 'replace';
    })
    .map(({ path }) => path);
}

/** Returns the paths of the leaves that differ. A list counts as one leaf if its length changes. */
function differences(before: JsonObject, after: JsonObject, spec: TypeSpec): string[] {
  const [left, right] = [flat(before, spec), flat(after, spec)];
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  const differing = paths.filter((path) => left.get(path) !== right.get(path));
  // An object that is empty on one side differs by the contents of the other.
  const isEmpty = (path: string) => left.get(path) === '{}' || right.get(path) === '{}';
  return differing.filter((path) => !isEmpty(path) || !paths.some((one) => one.startsWith(`${path}.`)));
}

function flat(properties: JsonObject, spec: TypeSpec): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: JsonValue, path: string) => {
    const inner = value !== null && typeof value === 'object' ? Object.entries(value) : [];
    if (inner.length === 0) leaves.set(path, canonicalJson(value));
    for (const [key, one] of inner) visit(one, `${path}.${key}`);
  };
  for (const [name, value] of Object.entries(properties)) {
    const tags = spec.tags?.form === 'list' && spec.tags.property === name && Array.isArray(value);
    if (tags)
      leaves.set(
        name,
        value
          .map((tag) => canonicalJson(tag))
          .sort((a, b) => (a < b ? -1 : 1))
          .join(),
      );
    else visit(value, name);
  }
  return leaves;
}

/** Tells whether a path equals another or is inside it. */
function within(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

/** Returns the value at a dotted path. Keys may contain dots, as names of database parameters do. */
function at(value: JsonValue | undefined, path: string): JsonValue | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key === path) return inner;
    const found = path.startsWith(`${key}.`) ? at(inner, path.slice(key.length + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
