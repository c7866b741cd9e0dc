import type { Place } from '../model/place.ts';
import type { TypeLookup } from '../model/spec.ts';
import { keyOf, ModelCloud, type ModelResource } from './cloud.ts';

/** An account and a region. */
export type Cell = Pick<Place, 'account' | 'region'>;

/** Returns a key by account, region, type and identifier: the same identifier in two regions means two resources. */
export const keyIn = (cell: Cell, type: string, identifier: string): string =>
  `${nameOf(cell)} ${keyOf(type, identifier)}`;

const nameOf = ({ account, region }: Cell) => `${account}/${region}`;

/** A model of the cloud for each account and region of a plan. */
export class ModelWorld {
  readonly #lookup: TypeLookup;
  readonly #clouds = new Map<string, ModelCloud>();

  constructor(lookup: TypeLookup) {
    this.#lookup = lookup;
  }

  at(cell: Cell): ModelCloud {
    const name = nameOf(cell);
    const cloud = this.#clouds.get(name) ?? new ModelCloud(this.#lookup);
    this.#clouds.set(name, cloud);
    return cloud;
  }

  /** Returns the current resources by `keyIn`. */
  snapshot(): Map<string, ModelResource> {
    return new Map(
      [...this.#clouds].flatMap(([name, cloud]) =>
        [...cloud.snapshot()].map(([key, resource]) => [`${name} ${key}`, resource] as const),
      ),
    );
  }
}
