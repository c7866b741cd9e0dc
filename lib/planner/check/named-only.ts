import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';
import { segmentsOf } from '../../model/property-path.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { AssetChange } from '../../model/wish.ts';
import type { Context } from './context.ts';

/** A request that changes named assets leaves every other resource and property as in the inventory. */
export function checkNamedOnly(context: Context): Problem[] {
  const wish = context.evidence.desired?.wish;
  if (wish?.kind !== 'changes') return [];
  const changeOf = new Map(wish.changes.map((change) => [change.asset, change]));
  const problems: Problem[] = [];
  for (const asset of context.current.values()) {
    const resource = context.evidence.desired?.resources.find(
      ({ logicalId }) => logicalId === asset.logicalId,
    );
    const paths = resource === undefined ? ['Type'] : strays(asset, resource, changeOf.get(asset.id));
    if (paths.length > 0)
      problems.push({
        path: `resources.${asset.logicalId}`,
        code: 'NotNamed',
        message: `${asset.logicalId} would change at ${paths.join(', ')}, of which the request says nothing`,
      });
  }
  const known = new Set([...context.current.values()].map(({ logicalId }) => logicalId));
  for (const { logicalId } of context.evidence.desired?.resources ?? [])
    if (!known.has(logicalId))
      problems.push({
        path: `resources.${logicalId}`,
        code: 'NotNamed',
        message: `${logicalId} is not there, and a request that changes assets makes none`,
      });
  return problems;
}

/** Returns the places where a resource differs from its asset without a change that causes it. */
function strays(
  asset: Pick<Asset, 'type' | 'desired' | 'scaling' | 'traffic' | 'deletionPolicy' | 'updateReplacePolicy'>,
  { type, properties, deletionPolicy, updateReplacePolicy, baton }: DesiredResource,
  change: AssetChange | undefined,
): string[] {
  const paths = [...Object.keys(change?.set ?? {}), ...(change?.remove ?? []), ...(change?.release ?? [])];
  const mayDiffer = (path: readonly string[]) =>
    paths.some((one) => {
      const named = segmentsOf(one) ?? [];
      return named.every((segment, at) => at >= path.length || path[at] === segment);
    });
  return [
    ...(asset.type === type ? [] : ['Type']),
    ...(canonicalJson(asset.scaling ?? null) === canonicalJson(baton?.scaling ?? null)
      ? []
      : ['Baton.scaling']),
    ...(canonicalJson(asset.traffic ?? null) === canonicalJson(baton?.traffic ?? null)
      ? []
      : ['Baton.traffic']),
    ...(asset.deletionPolicy === deletionPolicy ? [] : ['DeletionPolicy']),
    ...(asset.updateReplacePolicy === updateReplacePolicy ? [] : ['UpdateReplacePolicy']),
    ...unlike(asset.desired, properties, [], mayDiffer),
  ];
}

/** Returns the paths at which two values differ, except for those where they may. */
function unlike(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly string[],
  mayDiffer: (path: readonly string[]) => boolean,
): string[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const lists = Array.isArray(before) && Array.isArray(after);
  const opens = isOpen(before) && isOpen(after) && (!lists || before.length === after.length);
  if (!opens) return mayDiffer(path) ? [] : [path.join('.')];
  const [left, right] = [before as JsonObject, after as JsonObject];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].flatMap((name) => unlike(left[name], right[name], [...path, name], mayDiffer));
}

function isOpen(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && typeof value === 'object';
}
