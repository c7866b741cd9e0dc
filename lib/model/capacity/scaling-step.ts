import { changes } from '../operations.ts';
import type { PropertyChange, Step } from '../plan.ts';
import { boundPaths, envelopesOf, fits, numberIn } from './envelope.ts';
import { capacitiesOf } from './index.ts';

/** The parts of a step that show whether it only scales. */
export type Scaling = Pick<Step, 'operation'> & Partial<Pick<Step, 'type' | 'changes' | 'baton'>>;

/** A change from one capacity to another. */
interface Moved {
  path: string;
  from: number | undefined;
  to: number;
}

/**
 * Returns the capacities that a step changes, if it changes nothing else: of an existing resource, from a number to
 * another, with the bounds around it and the record of who owns it. Undefined for any other step.
 */
export function scaledBy(step: Scaling): Moved[] | undefined {
  if (!changes(step) || step.changes === undefined) return undefined;
  const traits = capacitiesOf(step.type ?? '');
  const capacity = new Set(traits.map(({ property }) => property));
  const around = new Set(traits.flatMap((trait) => boundPaths(trait).map(({ path }) => path)));
  // Members change only with their own capacity.
  const listed = new Set(step.changes.map(({ path }) => path));
  const members = traits.flatMap((trait) => (listed.has(trait.property) ? (trait.members ?? []) : []));
  const isMember = (path: string) => members.includes(path.replace(/\.\d+\./, '.*.'));
  const moved: Moved[] = [];
  for (const { path, before, after } of step.changes) {
    if (path === 'Owners') continue;
    const to = numberIn(after);
    if (to === undefined || !isNumberOrAbsent(before)) return undefined;
    if (capacity.has(path)) moved.push({ path, from: numberIn(before), to });
    else if (!around.has(path) && !isMember(path)) return undefined;
  }
  return moved.length > 0 ? moved : undefined;
}

function isNumberOrAbsent(value: PropertyChange['before']): boolean {
  return value === undefined || numberIn(value) !== undefined;
}

/** Tells whether a step only scales, and stays within the bounds that its manifest declares, or comes closer. */
export function scalesWithinBounds(step: Scaling): boolean {
  const moved = scaledBy(step);
  const envelopes = new Map(
    envelopesOf(step.type ?? '', step.baton?.scaling).map((one) => [one.trait.property, one]),
  );
  return (
    moved?.every(({ path, from, to }) => {
      const envelope = envelopes.get(path);
      return envelope !== undefined && fits(envelope, from, to);
    }) ?? false
  );
}

/** What governance policies know of the steps that only scale. */
export interface ScalingFacts {
  /** Whether all of them stay within the bounds of their manifests. */
  withinBounds: boolean;
  /** The largest growth and the largest reduction, in percent of the capacity before. */
  outPercent: number;
  inPercent: number;
  /** Number of steps. */
  count: number;
}

/** Returns what governance policies know of the steps that only scale. A capacity of 0 counts as 1. */
export function scalingFactsOf(steps: readonly Scaling[]): ScalingFacts {
  const scaling = steps.filter((step) => scaledBy(step) !== undefined);
  const percents = scaling
    .flatMap((step) => scaledBy(step) ?? [])
    .map(({ from = 0, to }) => ((to - from) / Math.max(from, 1)) * 100);
  return {
    withinBounds: scaling.every(scalesWithinBounds),
    outPercent: Math.ceil(Math.max(0, ...percents)),
    inPercent: Math.ceil(Math.max(0, ...percents.map((percent) => -percent))),
    count: scaling.length,
  };
}
