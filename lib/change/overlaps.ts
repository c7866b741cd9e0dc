import type { Capsule, Overlap } from '../model/change.ts';
import { compareText } from '../model/text.ts';

/** What a change affects. */
export interface Touched {
  requestId: string;
  scope: string;
  /** Assets that the change modifies. */
  assetIds: readonly string[];
  /** Assets that depend on them. */
  dependentIds?: readonly string[];
  /** Logical ids of the plan's steps. */
  resources?: readonly string[];
}

/** The parts of another open change that are compared. */
export type OtherChange = Pick<Capsule, 'changeId' | 'requestId' | 'scope' | 'impact'> & {
  steps: readonly Pick<Capsule['steps'][number], 'resource'>[];
};

/**
 * Returns other open changes that affect the same assets: both modify an asset, or one modifies a dependency of an
 * asset that the other modifies. Two changes of one scope always overlap, because a plan covers every asset of its
 * scope. Resources in both plans are named even if they are not assets yet.
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
