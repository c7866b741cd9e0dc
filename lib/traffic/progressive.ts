/**
 * The shift of Flagger (fluxcd/flagger, pkg/controller/scheduler.go, Apache-2.0): a new revision is analyzed as the canary,
 * then copied to the primary, and traffic goes back to the primary.
 */

export interface ProgressiveAnalysis {
  /** Blue/green and A/B tests: how often the analysis must pass. */
  iterations?: number;
  /** Added to the canary at each step. */
  stepWeight?: number;
  /** In place of it: the weights of the steps. */
  stepWeights?: readonly number[];
  maxWeight?: number;
  /** Added to the primary at each step of the promotion; all at once without it. */
  stepWeightPromotion?: number;
  /** Copies requests to the canary before it gets traffic. */
  mirror?: boolean;
  /** Failed checks that end it. */
  threshold?: number;
}

export type ProgressiveStrategy = 'canary' | 'blueGreen' | 'abTest';
export type ProgressivePhase =
  | 'Initialized'
  | 'Progressing'
  | 'Promoting'
  | 'Finalising'
  | 'Succeeded'
  | 'Failed';

export interface ProgressiveState {
  phase: ProgressivePhase;
  primary: number;
  canary: number;
  mirrored: boolean;
  iterations: number;
  failedChecks: number;
}

export const initialized: ProgressiveState = {
  phase: 'Initialized',
  primary: 100,
  canary: 0,
  mirrored: false,
  iterations: 0,
  failedChecks: 0,
};

const total = 100;

/** Returns the state after one interval, in which the checks passed or did not. */
export function nextState(
  state: ProgressiveState,
  strategy: ProgressiveStrategy,
  analysis: ProgressiveAnalysis,
  passes: boolean,
): ProgressiveState {
  if (state.phase === 'Initialized') return { ...state, phase: 'Progressing' };
  if (state.phase === 'Promoting') return promoting(state, analysis);
  if (state.phase === 'Finalising') return { ...state, phase: 'Succeeded' };
  if (state.phase !== 'Progressing') return state;
  if (state.failedChecks >= Math.max(1, analysis.threshold ?? 0))
    return { ...state, ...split(0), phase: 'Failed', mirrored: false };
  // Before the canary gets its first traffic, there is nothing to check.
  const starting = state.canary === 0 && state.iterations === 0 && !state.mirrored;
  if (!starting && !passes) return { ...state, failedChecks: state.failedChecks + 1 };
  return advance[strategy](state, analysis);
}

const split = (canary: number): Pick<ProgressiveState, 'primary' | 'canary'> => ({
  primary: total - canary,
  canary,
});

const advance: Readonly<
  Record<ProgressiveStrategy, (state: ProgressiveState, analysis: ProgressiveAnalysis) => ProgressiveState>
> = {
  canary: (state, analysis) => {
    const step = nextStep(analysis, state.canary);
    if (step <= 0) return state;
    if (state.canary >= highest(analysis)) return { ...state, phase: 'Promoting' };
    if (analysis.mirror && state.canary === 0 && !state.mirrored) return { ...state, mirrored: true };
    return { ...state, ...split(Math.min(total, state.canary + step)), mirrored: false };
  },
  blueGreen: (state, analysis) => {
    const wanted = analysis.iterations ?? 0;
    const iterations = state.iterations + 1;
    if (state.iterations < wanted)
      return { ...state, iterations, mirrored: state.mirrored || analysis.mirror === true };
    if (state.iterations === wanted) return { ...state, ...split(total), iterations, mirrored: false };
    return { ...state, phase: 'Promoting' };
  },
  abTest: (state, analysis) =>
    state.iterations < (analysis.iterations ?? 0)
      ? { ...state, ...split(total), iterations: state.iterations + 1, mirrored: false }
      : { ...state, phase: 'Promoting' },
};

function highest({ stepWeights = [], maxWeight = 0 }: ProgressiveAnalysis): number {
  const last = stepWeights.at(-1);
  if (last !== undefined) return Math.min(total, last);
  return maxWeight > 0 ? maxWeight : total;
}

/** Returns how much the canary gains next. The sum never exceeds the total, whatever the last step says. */
function nextStep({ stepWeight = 0, stepWeights = [] }: ProgressiveAnalysis, canary: number): number {
  const [first] = stepWeights;
  if (stepWeight > 0 || first === undefined) return stepWeight;
  const rest = total - canary;
  if (rest === 0) return 1;
  if (canary === 0) return Math.min(rest, first);
  const next = stepWeights[stepWeights.indexOf(canary) + 1];
  return stepWeights.includes(canary) && next !== undefined ? Math.min(rest, next - canary) : rest;
}

function promoting(
  state: ProgressiveState,
  { stepWeightPromotion = 0 }: ProgressiveAnalysis,
): ProgressiveState {
  if (stepWeightPromotion > 0 && state.canary === 0) return state;
  const canary = stepWeightPromotion === 0 ? 0 : Math.max(0, state.canary - stepWeightPromotion);
  return { ...state, ...split(canary), mirrored: false, phase: canary === 0 ? 'Finalising' : 'Promoting' };
}

/** Returns the states of a shift, from the interval that detects the new revision to its end. */
export function shiftSequence(
  strategy: ProgressiveStrategy,
  analysis: ProgressiveAnalysis,
  passes: boolean,
  most = 1_000,
): ProgressiveState[] {
  const states: ProgressiveState[] = [];
  let state = initialized;
  while (states.length < most && state.phase !== 'Succeeded' && state.phase !== 'Failed') {
    state = nextState(state, strategy, analysis, passes);
    states.push(state);
  }
  return states;
}

export interface Retreat {
  phase: 'Failed';
  primary: number;
  canary: number;
  canaryScaledToZero: boolean;
}

/**
 * Returns where traffic goes when a shift fails. Before the promotion, the primary has the proven revision, and traffic
 * goes back to it. From then on, the primary has the new one: while it is not ready, the canary is the only proven side
 * and keeps the traffic; if neither is ready, nothing moves (Flagger, issue 1898).
 */
export function rollbackSafety(
  state: Pick<ProgressiveState, 'phase' | 'primary' | 'canary'>,
  ready: { primary: boolean; canary: boolean },
): Retreat {
  const promoted = state.phase === 'Promoting' || state.phase === 'Finalising';
  if (!promoted) return { phase: 'Failed', ...split(0), canaryScaledToZero: true };
  const { primary, canary } = !ready.primary && ready.canary ? split(total) : state;
  return { phase: 'Failed', primary, canary, canaryScaledToZero: false };
}
