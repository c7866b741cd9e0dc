import type { InfrastructureRequest } from '../../events/catalogue.ts';
import type { Wish } from '../../model/wish.ts';

/** What a request asks of the assets that it names. */
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
