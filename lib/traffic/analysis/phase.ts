/**
 * The phases of a measurement, of a metric and of an analysis, as in Argo Rollouts (utils/analysis/helpers.go,
 * Apache-2.0). All but the first two are final.
 */
export type Phase = 'Pending' | 'Running' | 'Successful' | 'Inconclusive' | 'Error' | 'Failed';

/** From best to worst. */
const order: readonly Phase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

const rank = (phase: Phase): number => Math.max(0, order.indexOf(phase));

/** Tells whether a phase is worse than the current one. Equal phases are not. */
export function isWorse(current: Phase, next: Phase): boolean {
  return rank(next) > rank(current);
}

/** Returns the worst of some phases, or undefined without any. */
export function worst(phases: readonly Phase[]): Phase | undefined {
  return phases.reduce<Phase | undefined>(
    (found, phase) => (found === undefined || isWorse(found, phase) ? phase : found),
    undefined,
  );
}

/** Tells whether a phase is final. */
export function isCompleted(phase: Phase | ''): boolean {
  return phase !== '' && phase !== 'Pending' && phase !== 'Running';
}
