import { type Judgment, judge } from './judge.ts';
import type { Observed } from './observed.ts';
import type { ShiftPlan } from './plan.ts';
import { beginRetreat, goBack, isDrained } from './retreat.ts';
import type { Decided, ShiftState, WaitsFor } from './state.ts';

/** What a rule decides from. The state has the bad intervals counted and the weight's arrival noted. */
interface Context {
  plan: ShiftPlan;
  state: ShiftState;
  observed: Observed;
  judged: readonly Judgment[];
}

/** Returns the state of a shift that has not begun. */
export function shiftState(plan: ShiftPlan, now: number): ShiftState {
  return { phase: 'shifting', step: -1, wanted: plan.original, setAt: now, failures: {} };
}

/**
 * Decides what a shift does next, from the plan, its state and what was observed; pure. The first rule that applies
 * decides: going back comes before everything that goes forward.
 */
export function decideShift(
  plan: ShiftPlan,
  state: ShiftState,
  observed: Observed,
): Decided & { judged: Judgment[] } {
  const judged = judge(plan, observed);
  const context = { plan, observed, judged, state: noted(state, observed, judged) };
  for (const rule of rules) {
    const decided = rule(context);
    if (decided !== undefined) return { ...decided, judged };
  }
  return { ...holding(context, 'hold', 'nothing is to be done'), judged };
}

/** Counts bad intervals in sequence, and notes when the weight was first read back. */
function noted(state: ShiftState, observed: Observed, judged: readonly Judgment[]): ShiftState {
  const failures = { ...state.failures };
  if (state.phase !== 'retreating' && state.phase !== 'done')
    for (const { rule, verdict } of judged) {
      if (verdict === 'fail') failures[rule] = (failures[rule] ?? 0) + 1;
      if (verdict === 'pass') delete failures[rule];
    }
  const arrived = state.reachedAt === undefined && observed.weight === state.wanted && !observed.inFlight;
  return {
    ...state,
    failures,
    ...(arrived && state.phase !== 'retreating' ? { reachedAt: observed.now } : {}),
  };
}

const holding = ({ state }: Context, rule: string, why: string): Decided => ({
  ...{ rule, why, state },
  action: { kind: 'hold' },
});

/** Holds until the plan's patience ends, then waits for a person. */
function patiently(context: Context, since: number, waitsFor: WaitsFor, why: string): Decided {
  const { plan, state, observed } = context;
  if (observed.now - since < plan.patienceSeconds) return holding(context, `waits for ${waitsFor}`, why);
  return {
    rule: `no ${waitsFor}`,
    why: `${why}, for ${observed.now - since} s; continue or abort`,
    action: { kind: 'wait-for-person' },
    state: { ...state, phase: 'waiting', waitsFor },
  };
}

/** What a shift waits for, once it waits for a person. `continue` lets only a step without data pass. */
const waitingWords: Record<WaitsFor, string> = {
  data: 'a rule has no data, or too few requests; continue passes this step without it',
  readiness: 'the new side is not known to be ready; continue once it is, or abort',
  weight: 'the weight in force is not the one that was set; put it back and continue, or abort',
};

const blocked = ({ state, observed }: Context): ShiftState => ({
  ...state,
  blockedSince: state.blockedSince ?? observed.now,
});

type Rule = (context: Context) => Decided | undefined;

const rules: readonly Rule[] = [
  (context) => (context.state.phase === 'done' ? holding(context, 'done', 'the shift has ended') : undefined),
  ({ plan, state, observed }) => (state.phase === 'retreating' ? goBack(plan, state, observed) : undefined),
  ({ plan, state, observed }) =>
    observed.command === 'abort'
      ? {
          ...beginRetreat(plan, state, observed, { why: 'a person aborted the shift', byAnalysis: false }),
          rule: 'abort',
        }
      : undefined,
  ({ plan, state, observed, judged }) => {
    const failed = judged.find(
      ({ rule, verdict, tolerated }) => verdict === 'fail' && (state.failures[rule] ?? 0) > tolerated,
    );
    if (failed === undefined) return undefined;
    const retreat = { why: `${failed.rule} failed: ${failed.why}`, byAnalysis: state.step >= 0 };
    return { ...beginRetreat(plan, state, observed, retreat), rule: 'failed' };
  },
  draining,
  commanded,
  (context) =>
    context.state.phase === 'paused' || context.state.phase === 'waiting'
      ? {
          rule: context.state.phase,
          why:
            context.state.phase === 'paused'
              ? 'a person paused the shift'
              : waitingWords[context.state.waitsFor ?? 'data'],
          action: { kind: 'wait-for-person' },
          state: context.state,
        }
      : undefined,
  (context) =>
    context.observed.inFlight
      ? holding(context, 'in flight', 'a change of the weight is in flight')
      : undefined,
  unready,
  unreached,
  baking,
  unproven,
  forward,
];

/** Waits until the old side has drained, with all traffic on the new one. */
function draining(context: Context): Decided | undefined {
  const { plan, state, observed } = context;
  if (state.phase !== 'draining') return undefined;
  if (observed.weight !== state.wanted)
    return {
      rule: 'moved',
      why: `the weight is ${observed.weight ?? 'unknown'}, expected ${state.wanted}`,
      action: { kind: 'wait-for-person' },
      state,
    };
  const left = isDrained(plan, state.setAt, observed);
  if (left !== undefined) return holding(context, 'draining', left);
  return {
    rule: 'promoted',
    why: 'all traffic was read back on the new side, and the old one has drained',
    action: { kind: 'done', outcome: 'promoted' },
    state: { ...state, phase: 'done', outcome: 'promoted' },
  };
}

/** Pauses, or continues where it waited. Only a person lets a step pass without data. */
function commanded(context: Context): Decided | undefined {
  const { state, observed } = context;
  const { waitsFor, blockedSince: _, ...rest } = state;
  if (observed.command === 'pause')
    return {
      rule: 'pause',
      why: 'a person paused the shift',
      action: { kind: 'wait-for-person' },
      state: { ...rest, phase: 'paused' },
    };
  if (observed.command !== 'continue' || (state.phase !== 'paused' && state.phase !== 'waiting'))
    return undefined;
  const continued: ShiftState = {
    ...rest,
    phase: 'shifting',
    setAt: observed.now,
    ...(waitsFor === 'data' ? { passed: true } : {}),
  };
  if (waitsFor === 'weight') delete continued.reachedAt;
  return {
    rule: 'continue',
    why: 'a person continued the shift',
    action: { kind: 'hold' },
    state: continued,
  };
}

/** The weight must be read back before anything else counts. A weight that someone else moved is never fought over. */
function unreached(context: Context): Decided | undefined {
  const { plan, state, observed } = context;
  const { weight } = observed;
  if (weight === state.wanted) return undefined;
  if (weight === null)
    return patiently(context, state.reachedAt ?? state.setAt, 'weight', 'the weight could not be read');
  if (state.reachedAt !== undefined)
    return {
      rule: 'moved',
      why: `the weight is ${weight}, expected ${state.wanted}: someone else moved it; put it back and continue, or abort`,
      action: { kind: 'wait-for-person' },
      state: { ...state, phase: 'waiting', waitsFor: 'weight' },
    };
  if (observed.now - state.setAt >= plan.patienceSeconds)
    return patiently(context, state.setAt, 'weight', `the weight is still ${weight}`);
  return {
    rule: 'set again',
    why: `the weight is ${weight}, expected ${state.wanted}`,
    action: { kind: 'set-weight', weight: state.wanted },
    state,
  };
}

/** Traffic never goes to a side that is not known to be ready. */
function unready(context: Context): Decided | undefined {
  if (context.observed.targetReady === true) return undefined;
  const state = blocked(context);
  const known = context.observed.targetReady === null ? 'not known to be ready' : 'not ready';
  return patiently({ ...context, state }, state.blockedSince ?? 0, 'readiness', `the new side is ${known}`);
}

function baking(context: Context): Decided | undefined {
  const { plan, state, observed } = context;
  const { bakeSeconds = 0 } = plan.steps[state.step] ?? {};
  const left = (state.reachedAt ?? observed.now) + bakeSeconds - observed.now;
  if (left <= 0) return undefined;
  const { blockedSince: _, ...free } = state;
  return holding({ ...context, state: free }, 'bake', `${left} s of the bake time are left`);
}

/**
 * A step passes only if every rule does, and a step without a bake time only at the end. A person lets it pass without data, and
 * not with a rule that fails, however many bad intervals it tolerates.
 */
function unproven(context: Context): Decided | undefined {
  const { plan, state, judged } = context;
  const step = plan.steps[state.step];
  if (step === undefined || step.bakeSeconds === 0) return undefined;
  const closed = state.passed === true ? ['pass', 'no-data'] : ['pass'];
  const open = judged.filter(({ verdict }) => !closed.includes(verdict));
  if (open.length === 0) return undefined;
  const waiting = blocked(context);
  const why = open.map((one) => `${one.rule}: ${one.why}`).join('; ');
  return patiently({ ...context, state: waiting }, waiting.blockedSince ?? 0, 'data', why);
}

function forward(context: Context): Decided {
  const { plan, state, observed } = context;
  const { reachedAt: _, blockedSince: __, passed: ___, ...rest } = state;
  const step = plan.steps[state.step + 1];
  if (step === undefined)
    return {
      rule: 'promote',
      why: 'all traffic was read back on the new side, and its analysis has passed',
      action: { kind: 'promote' },
      state: { ...rest, phase: 'draining', setAt: observed.now, reachedAt: observed.now },
    };
  return {
    rule: 'next step',
    why: state.step < 0 ? 'the new side is ready' : `the step at ${state.wanted} percent has passed`,
    action: { kind: 'set-weight', weight: step.weight },
    state: { ...rest, step: state.step + 1, wanted: step.weight, setAt: observed.now },
  };
}
