import type { Asset } from '../../model/asset.ts';
import { capacities } from '../../model/capacity/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { KeptProperty, PropertyOwner } from '../../model/wish.ts';
import { put } from './put.ts';
import { text } from './write.ts';

/** A capacity that a resource hands over, derived from its declaration independently of the planner. */
interface HandedOver {
  trait: (typeof capacities)[number];
  lowest: number;
  highest: number;
}

/** Returns the capacities that a manifest hands over, the first policy of each. */
export function handedOver({
  type,
  scaling,
}: {
  type: string;
  scaling: JsonValue | undefined;
}): HandedOver[] {
  const policies = (Array.isArray(scaling) ? scaling : [scaling ?? null]).filter((one) => isObject(one));
  const seen = new Set<string>();
  return policies.flatMap((policy): HandedOver[] => {
    const trait = capacities.find(
      (one) => one.type === type && (policy.property === undefined || one.property === policy.property),
    );
    if (trait === undefined || seen.has(trait.property)) return [];
    const lowest = extreme(policy, 'min', (left, right) => left < right);
    const highest = extreme(policy, 'max', (left, right) => left > right);
    if (lowest === undefined || highest === undefined) return [];
    seen.add(trait.property);
    return [{ trait, lowest, highest }];
  });
}

/** Returns the outermost bound of a policy and its schedule. */
function extreme(
  policy: JsonObject,
  name: string,
  wider: (left: number, right: number) => boolean,
): number | undefined {
  const schedule = Array.isArray(policy.schedule) ? policy.schedule : [policy.schedule ?? null];
  let found: number | undefined;
  for (const part of [policy, ...schedule]) {
    const value = isObject(part) ? part[name] : undefined;
    if (typeof value === 'number' && (found === undefined || wider(value, found))) found = value;
  }
  return found;
}

/** Returns the paths that scaling decides for a resource. */
export function scaledIn({ type, baton, properties }: DesiredResource): string[] {
  return handedOver({ type, scaling: baton?.scaling }).flatMap(({ trait }) => [
    trait.property,
    ...Object.values(trait.bounds ?? {}),
    ...elements(trait, properties).map(({ path }) => path),
  ]);
}

/** Returns the capacities in lists that change with a capacity, with the names of their elements. */
export function elements(
  { members = [] }: HandedOver['trait'],
  properties: JsonObject,
): { path: string; name: string | undefined; rest: string; list: string }[] {
  return members.flatMap((pattern) => {
    const [list = '', rest = ''] = pattern.split('.*.');
    const all = properties[list];
    return (Array.isArray(all) ? all : []).flatMap((one, at) => {
      if (!isObject(one)) return [];
      const name = typeof one.IndexName === 'string' ? one.IndexName : undefined;
      return [{ path: `${list}.${at}.${rest}`, name, rest, list }];
    });
  });
}

/** Reads a capacity that is written as a number or as text. */
export function amount(value: JsonValue | undefined): number | undefined {
  const read = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number.parseFloat(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** Returns the desired resource with the capacities that scaling decides, derived independently of the planner. */
export function asScaled(
  manifest: DesiredResource,
  resource: DesiredResource,
  found: Asset | undefined,
  { requestId, native }: { requestId: string; native: readonly string[] },
): DesiredResource {
  const { type, baton } = manifest;
  const asset = found?.type === type ? found : undefined;
  const properties = structuredClone(resource.properties);
  const owners: PropertyOwner[] = [];
  const kept: KeptProperty[] = [];
  const sameDeclaration = text(asset?.scaling) === text(baton?.scaling);
  const set = (path: string, before: JsonValue, after: JsonValue) => {
    if (native.includes(path) || !put(properties, path, after)) return;
    const said = valueAtPath(manifest.properties, path);
    const moved = text(before) !== text(after);
    const last = asset?.owners?.find((one) => one.owner === 'scaling' && one.path === path);
    const owner: PropertyOwner = {
      ...{ path, owner: 'scaling', requestId: moved ? requestId : (last?.requestId ?? requestId) },
      ...(said === undefined ? {} : { manifest: said }),
      ...(last?.beyond === true && sameDeclaration && !moved ? { beyond: true } : {}),
    };
    owners.push(owner);
    if (text(said) !== text(after)) kept.push({ ...owner, value: after, ...(moved ? { from: before } : {}) });
  };
  for (const { trait, lowest, highest: declared } of handedOver({ type, scaling: baton?.scaling })) {
    const approved =
      sameDeclaration && asset?.owners?.some((one) => one.path === trait.property && one.beyond === true);
    const agreed = approved ? amount(valueAtPath(asset?.desired ?? {}, trait.property)) : undefined;
    const highest = agreed !== undefined && agreed > declared ? agreed : declared;
    const written = (value: number) => (trait.form === 'integer as text' ? `${value}` : value);
    const { property } = trait;
    const live = amount(asset && valueAtPath(asset.attributes, property));
    const now =
      asset && (valueAtPath(asset.desired, property) ?? (live === undefined ? undefined : written(live)));
    const start =
      now ??
      valueAtPath(manifest.properties, property) ??
      (asset === undefined ? written(lowest) : undefined);
    if (start !== undefined) {
      const before = amount(start);
      const after =
        before === undefined
          ? undefined
          : inside(before, { lowest, highest, trait, fresh: now === undefined });
      set(property, start, after === undefined || after === before ? start : written(after));
    }
    for (const [side, path] of Object.entries(trait.bounds ?? {})) {
      const said = valueAtPath(manifest.properties, path);
      const bound = amount(said);
      if (said === undefined || bound === undefined) continue;
      if (side === 'atMost' && bound > lowest) set(path, said, written(lowest));
      if (side === 'atLeast' && bound < highest) set(path, said, written(highest));
    }
    const [size, said] = [properties, manifest.properties].map((one) => amount(valueAtPath(one, property)));
    for (const { path, name, rest, list } of elements(trait, manifest.properties)) {
      const same = (Array.isArray(asset?.desired[list]) ? (asset.desired[list] as JsonValue[]) : []).find(
        (one) => isObject(one) && name !== undefined && Object.values(one).includes(name),
      );
      const sent = isObject(same ?? null) ? valueAtPath(same as JsonObject, rest) : undefined;
      const own = amount(valueAtPath(manifest.properties, path));
      if (sent !== undefined) set(path, sent, sent);
      else if (own !== undefined) {
        const share =
          said !== undefined && said > 0 && size !== undefined && start !== undefined
            ? written(Math.max(trait.least, Math.ceil((own * size) / said - 1e-9)))
            : (valueAtPath(manifest.properties, path) ?? own);
        set(path, share, share);
      }
    }
  }
  const all = { owners: [...(resource.owners ?? []), ...owners], kept: [...(resource.kept ?? []), ...kept] };
  return {
    ...resource,
    properties,
    ...(all.owners.length > 0 ? { owners: all.owners } : {}),
    ...(all.kept.length > 0 ? { kept: all.kept } : {}),
  };
}

/** Returns the capacity inside the bounds, or as near as one change of an existing resource may come. */
function inside(value: number, { lowest, highest, trait, fresh }: HandedOver & { fresh: boolean }): number {
  const bound = value < lowest ? lowest : value > highest ? highest : value;
  if (fresh) return bound;
  const { factor, onlyUp } = trait.rules ?? {};
  if (onlyUp === true && bound < value) return value;
  if (factor === undefined) return bound;
  const most = Math.floor((value * factor) / trait.step) * trait.step;
  const least = Math.ceil(value / factor / trait.step) * trait.step;
  return bound > most ? most : bound < least ? least : bound;
}
