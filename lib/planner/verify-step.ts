import type { Step } from '../model/plan.ts';

type Verified = Pick<
  Step,
  'resource' | 'type' | 'deletionPolicy' | 'updateReplacePolicy' | 'relationships' | 'holdsData'
> &
  Pick<Step, 'identifier' | 'place' | 'health' | 'bakeSeconds'>;

/**
 * Returns the step that follows the named step and waits until the health checks of a resource have held for their bake
 * time.
 */
export function verifyStepOf(verified: Verified, after: string): Step {
  const { resource, type, deletionPolicy, updateReplacePolicy, relationships, holdsData } = verified;
  const { identifier, place, health = [], bakeSeconds = 0 } = verified;
  return {
    id: `verify:${resource}`,
    resource,
    type,
    operation: 'verify',
    ...(place === undefined ? {} : { place }),
    dependsOn: [after],
    ...(identifier === undefined ? {} : { identifier }),
    health,
    bakeSeconds,
    deletionPolicy,
    updateReplacePolicy,
    relationships,
    holdsData,
    inverse: { operation: 'none', because: 'it only looks' },
  };
}
