/** Several strands side by side inside one state: branches and iterations. */
import type { Data } from './data.ts';
import type { States, StateType } from './definition.ts';
import type { MapItem, Strand } from './engine.ts';
import { type Progress, resumed } from './progress.ts';
import type { Scope } from './scope.ts';
import { Variables } from './variables.ts';

/** Runs the states of an inner scope; handed down, so that states need not know the loop. */
export type Nest = (strand: Strand, scope: States, input: Data) => Promise<Data>;

/** A strand inside `outer`: it reads the outer variables, ends when `scope` does, and goes on from where `from` was. */
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

/** The event that says in which state a strand was cut, if that type of state has one. */
export function abortedEvent(strand: Strand): string | undefined {
  return strand.inside !== undefined && ABORTABLE.has(strand.inside)
    ? `${strand.inside}StateAborted`
    : undefined;
}
