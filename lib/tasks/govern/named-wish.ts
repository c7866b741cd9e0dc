import type { InfrastructureRequest } from '../../events/catalogue.ts';
import type { Wish } from '../../model/wish.ts';

/** Returns the part of a wish that names assets. */
export function namedWish(
  { assets = [], changes = [], verbs = [] }: InfrastructureRequest,
  kind: Exclude<Wish['kind'], 'resources'>,
): Wish {
  const wishes: Record<typeof kind, Wish> = {
    assets: { kind: 'assets', ids: assets },
    changes: { kind: 'changes', changes },
    verbs: { kind: 'verbs', verbs },
  };
  return wishes[kind];
}
