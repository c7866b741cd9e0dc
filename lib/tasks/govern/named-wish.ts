import type { InfrastructureRequest } from '../../events/catalog.ts';
import type { Wish } from '../../model/wish.ts';

/** Returns the wish of an event that names assets, by its kind. */
export const namedWishes: Readonly<
  Record<Exclude<Wish['kind'], 'resources'>, (request: InfrastructureRequest) => Wish>
> = {
  assets: ({ assets = [] }) => ({ kind: 'assets', ids: assets }),
  changes: ({ changes = [] }) => ({ kind: 'changes', changes }),
  verbs: ({ verbs = [] }) => ({ kind: 'verbs', verbs }),
  shifts: ({ shifts = [] }) => ({ kind: 'shifts', shifts }),
};
