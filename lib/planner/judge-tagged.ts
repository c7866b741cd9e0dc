import type { Asset } from '../model/asset.ts';
import type { DesiredResource } from '../model/request.ts';
import type { TypeSpec } from '../model/spec.ts';
import { carriesTags, isTagged, type PlacedTags, tagsAreFixed, withTags } from '../model/tags.ts';
import { inventoryOnly, judge, type Verdict } from './judge.ts';

/**
 * Returns the verdict on a resource, and the resource with the tags that Baton adds. A tag alone doesn't cause an
 * update of an existing resource: it comes with the next update that can carry it, and with every new resource.
 */
export function judgeTagged(
  asked: DesiredResource,
  asset: Asset | undefined,
  spec: TypeSpec | undefined,
  verdicts: ReadonlyMap<string, Verdict>,
  placed: PlacedTags | undefined,
): [DesiredResource, Verdict] {
  if (placed === undefined || spec === undefined || !isTagged(spec))
    return [asked, judge(asked, asset, spec, verdicts)];
  if (asset?.type === asked.type && !carriesTags(asset.desired, spec, placed)) {
    const verdict = judge(asked, asset, spec, verdicts);
    const sends = verdict.changes.some(({ path }) => !inventoryOnly.has(path));
    if (verdict.operation !== 'replace' && (tagsAreFixed(spec) || !sends)) return [asked, verdict];
  }
  const tagged = { ...asked, properties: withTags(asked.properties, spec, placed) };
  return [tagged, judge(tagged, asset, spec, verdicts)];
}
