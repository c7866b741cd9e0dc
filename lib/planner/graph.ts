import { operations, waits } from '../model/operations.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { ProviderCall } from '../model/run.ts';

/** The expected duration of a step: lognormal, with its median in seconds and the σ of its logarithm (0: known). */
export interface Expectation {
  medianSeconds: number;
  sigma: number;
}

/** A plan prepared for the scheduler, with everything by step index. */
export interface PlanGraph {
  size: number;
  dependencies: readonly (readonly number[])[];
  dependents: readonly (readonly number[])[];
  /** The bucket from which the step's call takes a token; undefined for a step without a call (retain). */
  calls: readonly (string | undefined)[];
  medianSeconds: readonly number[];
  sigma: readonly number[];
  /** Expected seconds from the step's start to the end of the run along its longest path, including itself. */
  remainingSeconds: readonly number[];
  /** Variance of that path's duration in seconds squared. */
  remainingVariance: readonly number[];
  /** Sum of √(σ × median) along that path: the cost in polls of noticing its completions in time. */
  remainingDoubt: readonly number[];
}

/**
 * Prepares a plan for `schedule`. `bucketOf` returns the bucket for a call; by default, each call name is a bucket
 * name.
 * The plan must be acyclic and complete (`checkPlan`). @throws RangeError otherwise
 */
export function prepareGraph(
  plan: Pick<Plan, 'steps'>,
  expectedSeconds: (step: Step) => Expectation,
  bucketOf: (step: Step, call: ProviderCall) => string = (_, call) => call,
): PlanGraph {
  const indexOf = new Map(plan.steps.map((step, index) => [step.id, index]));
  const dependencies = plan.steps.map((step) =>
    step.dependsOn.map((id) => {
      const index = indexOf.get(id);
      if (index === undefined)
        throw new RangeError(`prepareGraph: ${step.id} depends on ${id}, not in the plan`);
      return index;
    }),
  );
  const calls = plan.steps.map((step) => {
    const call = operations[step.operation].sends;
    return call && bucketOf(step, call);
  });
  return graphOf(
    dependencies,
    calls,
    plan.steps.map((step) => expectationOf(step, expectedSeconds)),
  );
}

/** A step that verifies takes as long as its checks must hold. A step without a call or a wait takes no time. */
export function expectationOf(step: Step, expectedSeconds: (step: Step) => Expectation): Expectation {
  if (waits(step)) return { medianSeconds: step.bakeSeconds ?? 0, sigma: 0 };
  return operations[step.operation].sends === undefined ? none : expectedSeconds(step);
}

/** Returns the same from arrays. */
export function graphOf(
  dependencies: readonly (readonly number[])[],
  calls: readonly (string | undefined)[],
  expectations: readonly Expectation[],
): PlanGraph {
  const size = dependencies.length;
  const dependents: number[][] = Array.from({ length: size }, () => []);
  dependencies.forEach((needs, index) => {
    for (const need of needs) dependents[need]?.push(index);
  });
  const remainingSeconds = new Array<number>(size).fill(0);
  const remainingVariance = new Array<number>(size).fill(0);
  const remainingDoubt = new Array<number>(size).fill(0);
  for (const index of reverseOrder(dependencies, dependents)) {
    const next = longest(dependents[index] ?? [], remainingSeconds);
    const own = expectations[index] ?? none;
    const mean = meanSeconds(own);
    remainingSeconds[index] = mean + (remainingSeconds[next] ?? 0);
    remainingVariance[index] = mean ** 2 * Math.expm1(own.sigma ** 2) + (remainingVariance[next] ?? 0);
    remainingDoubt[index] = Math.sqrt(own.sigma * own.medianSeconds) + (remainingDoubt[next] ?? 0);
  }
  return {
    size,
    dependencies,
    dependents,
    calls,
    medianSeconds: expectations.map((expectation) => expectation.medianSeconds),
    sigma: expectations.map((expectation) => expectation.sigma),
    remainingSeconds,
    remainingVariance,
    remainingDoubt,
  };
}

const none: Expectation = { medianSeconds: 0, sigma: 0 };

/** Mean of a lognormal. Longest paths are sums, and means are additive. */
function meanSeconds(expectation: Expectation): number {
  return expectation.medianSeconds * Math.exp(expectation.sigma ** 2 / 2);
}

/** Returns the index with the most seconds, or -1 if there is none. */
function longest(indexes: readonly number[], seconds: readonly number[]): number {
  let best = -1;
  for (const index of indexes) if ((seconds[index] ?? 0) >= (seconds[best] ?? 0)) best = index;
  return best;
}

/** Returns indexes such that every step comes after all its dependents. */
function reverseOrder(
  dependencies: readonly (readonly number[])[],
  dependents: readonly (readonly number[])[],
): number[] {
  const open = dependents.map((list) => list.length);
  const order: number[] = [];
  open.forEach((count, index) => {
    if (count === 0) order.push(index);
  });
  for (let next = 0; next < order.length; next += 1) {
    for (const need of dependencies[order[next] ?? 0] ?? []) {
      const left = (open[need] ?? 0) - 1;
      open[need] = left;
      if (left === 0) order.push(need);
    }
  }
  if (order.length < dependencies.length) throw new RangeError('prepareGraph: the plan has a cycle');
  return order;
}
