import type { PropertyChange } from '../model/plan.ts';

/** A difference at a path. An absent side has no value there. */
export type Pair = Pick<PropertyChange, 'path' | 'before' | 'after'>;
