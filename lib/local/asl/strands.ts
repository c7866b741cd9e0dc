/** Concurrent strands inside one state: branches and iterations. */

import type { MapItem } from './children.ts';
import type { Data } from './data.ts';
import type { States, StateType } from './definition.ts';
import type { Strand } from './engine.ts';
import { type Progress, resumed } from './progress.ts';
import type { Scope } from './scope.ts';
import { Variables } from './variables.ts';

/** Runs the states of an inner scope. Passed as an argument, so that state types don't depend on the loop. */
export type Nest = (strand: Strand, scope: States, input: Data) => Promise<Data>;

/** Returns a strand inside `outer`: it reads the outer variables, ends with `scope`, and continues from `from`. */
export function innerStrand(
  outer: Strand,
  scope: Scope,
  from: Progress | undefined,
  mapItem: MapItem | undefined = outer.mapItem,
): Strand {
  return {
    run: outer.run,
    scope,
    trail: outer.trail.fork(),
    variables: new Variables(outer.variables, from?.at?.assigned),
    progress: resumed(from),
    mapItem,
    inside: undefined,
  };
}

const ABORTABLE: ReadonlySet<StateType> = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** Returns the type of the event that records the state in which a strand was aborted, if that state type has one. */
export function abortedEvent(strand: Strand): string | undefined {
  return strand.inside !== undefined && ABORTABLE.has(strand.inside)
    ? `${strand.inside}StateAborted`
    : undefined;
}
