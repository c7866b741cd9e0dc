import type { Capsule, Overlap } from '../model/change.ts';
import { compareText } from '../model/text.ts';

/** What a change would touch. */
export interface Touched {
  requestId: string;
  scope: string;
  /** Assets it changes. */
  assetIds: readonly string[];
  /** Assets that depend on those. */
  dependentIds?: readonly string[];
  /** Logical ids its plan has steps for. */
  resources?: readonly string[];
}

/** What of another open change is compared. */
export type OtherChange = Pick<Capsule, 'changeId' | 'requestId' | 'scope' | 'impact'> & {
  steps: readonly Pick<Capsule['steps'][number], 'resource'>[];
};

/**
 * Other open changes on the same assets: both change one, or one changes what depends on what the other changes.
 * Two changes of one scope overlap in any case, since a plan speaks for every asset of its scope; what both have
 * steps for is named, also where it is no asset yet.
 */
export function overlapsOf(own: Touched, others: readonly OtherChange[]): Overlap[] {
  const changed = new Set(own.assetIds);
  const dependent = new Set(own.dependentIds);
  const resources = new Set(own.resources);
  return others
    .filter(({ requestId }) => requestId !== own.requestId)
    .flatMap(({ changeId, requestId, scope, impact, steps }) => {
      const shared = impact
        .filter(({ assetId, relation }) =>
          relation === 'changed' ? changed.has(assetId) || dependent.has(assetId) : changed.has(assetId),
        )
        .map(({ logicalId }) => logicalId);
      const sameScope = scope === own.scope;
      const planned = sameScope
        ? steps.map(({ resource }) => resource).filter((resource) => resources.has(resource))
        : [];
      const assets = [...new Set([...shared, ...planned])].sort(compareText);
      return sameScope || assets.length > 0 ? [{ changeId, requestId, assets }] : [];
    })
    .sort((a, b) => compareText(a.changeId, b.changeId));
}
