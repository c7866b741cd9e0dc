import type { Asset } from '../../model/asset.ts';
import type { JsonObject } from '../../model/json.ts';
import type { DesiredResource } from '../../model/request.ts';
import { asTexts, withReferences } from '../../model/traffic-shift.ts';
import { type WeightTrait, weights, withChange } from '../../model/weights/index.ts';
import { readsOf } from './read.ts';
import { text } from './write.ts';

/** Returns the desired resource with the weights that shifts decide, derived independently of the planner. */
export function asShifted(
  manifest: DesiredResource,
  resource: DesiredResource,
  asset: Asset | undefined,
  requestId: string,
): DesiredResource {
  const { type, baton } = manifest;
  const trait = weights.find((one) => one.type === type);
  if (trait === undefined || baton?.traffic === undefined || asset?.type !== type) return resource;
  const properties = inForce(trait, resource.properties, asset.desired);
  const rows = trait.holds.flatMap((path) => {
    const [said, now] = [resource.properties[path], properties[path]];
    const owner = asset.owners?.find((one) => one.owner === 'traffic' && one.path === path);
    if (text(said) === text(now) && owner === undefined) return [];
    const row = {
      ...{ path, owner: 'traffic' as const, requestId: owner === undefined ? requestId : owner.requestId },
      ...(said === undefined ? {} : { manifest: said }),
    };
    return [{ row, moved: text(said) !== text(now), now }];
  });
  if (rows.length === 0) return resource;
  const kept = rows.flatMap(({ row, moved, now }) =>
    moved ? [{ ...row, ...(now === undefined ? {} : { value: now }) }] : [],
  );
  const held = Object.fromEntries(trait.holds.map((path) => [path, properties[path] ?? null]));
  const dependsOn = new Set([...resource.dependsOn, ...readsOf(held).map(({ target }) => target)]);
  const all = [...(resource.kept ?? []), ...kept];
  return {
    ...resource,
    properties,
    dependsOn: [...dependsOn].sort((a, b) => (a < b ? -1 : 1)),
    owners: [...(resource.owners ?? []), ...rows.map(({ row }) => row)],
    ...(all.length > 0 ? { kept: all } : {}),
  };
}

function inForce({ hold }: WeightTrait, said: JsonObject, standing: JsonObject): JsonObject {
  const [mine, theirs] = [asTexts(said), asTexts(standing)];
  const change = hold?.(mine.value as JsonObject, theirs.value as JsonObject);
  if (change === undefined) return said;
  const after = withChange(mine.value as JsonObject, change);
  return withReferences(after, new Map([...mine.meant, ...theirs.meant])) as JsonObject;
}
