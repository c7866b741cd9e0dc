import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { twoScalers } from '../model/native-scaling/conflict.ts';
import { type NativeScaling, nativeScalingOf } from '../model/native-scaling/owners.ts';
import type { DesiredResource, DesiredState } from '../model/request.ts';
import { withLiveSizes, withNative, withUnresolved } from './native.ts';

type WithSizes = (
  written: DesiredResource,
  resource: DesiredResource,
  asset: Asset | undefined,
) => DesiredResource;

/** What native auto scaling decides in a plan. */
export interface NativePlan extends NativeScaling {
  /** The paths that native auto scaling decides. */
  pathsOf(resource: DesiredResource): ReadonlySet<string>;
  /** The resource as it is created or changed in place. */
  keeping: WithSizes;
  /** The resource as it takes the place of another. */
  replacing: WithSizes;
}

/** Returns what native auto scaling decides in a plan. A request that names assets leaves sizes alone. */
export function nativePlan({
  requestId,
  desired: { wish, resources },
  assets,
  scalers,
}: {
  requestId: string;
  desired: DesiredState;
  assets: readonly Asset[];
  scalers: readonly Asset[] | undefined;
}): NativePlan {
  const found = nativeScalingOf(resources, assets, scalers);
  const ofNamed = wish.kind !== 'resources';
  const nativeOf = ({ logicalId }: DesiredResource) => found.owners.get(logicalId) ?? [];
  const sized =
    (replaced: boolean): WithSizes =>
    (written, resource, asset) => {
      const how = { native: nativeOf(written), replaced, requestId };
      return withUnresolved(
        withNative(written, resource, asset, how),
        found.unresolved.get(written.logicalId),
        requestId,
      );
    };
  return {
    ...found,
    pathsOf: (resource) => new Set(nativeOf(resource).map(({ path }) => path)),
    keeping: ofNamed ? (_, resource) => resource : sized(false),
    replacing: ofNamed
      ? (written, resource, asset) => withLiveSizes(resource, asset, nativeOf(written))
      : sized(true),
  };
}

/** Reports capacities that both a policy of Baton and native auto scaling would decide. */
export function nativeConflicts({ owners }: NativeScaling, { wish, resources }: DesiredState): Problem[] {
  if (wish.kind !== 'resources') return [];
  return resources.flatMap((resource) => twoScalers(resource, owners.get(resource.logicalId)));
}
