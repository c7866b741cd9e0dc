import type { Expectation } from './graph.ts';

/** Observed durations of one operation on one type: their number, and sums over their natural logarithms. */
export interface DurationsSeen {
  count: number;
  sumOfLogs: number;
  sumOfSquares: number;
}

/** The weight of the default in observed durations. After a few runs, history dominates. */
const guessWeight = 3;
/** Even if all observations were equal, the next duration may differ. */
const sigmaMin = 0.1;

/**
 * Returns the expectation from the observations and the default: the mean and spread of the logarithm, with the default
 * counted as a few observations (a normal distribution with its conjugate prior for the mean).
 */
export function learnedExpectation(guess: Expectation, seen: DurationsSeen | undefined): Expectation {
  if (seen === undefined || seen.count <= 0 || guess.medianSeconds <= 0) return guess;
  const { count, sumOfLogs, sumOfSquares } = seen;
  const weight = guessWeight + count;
  const mean = (guessWeight * Math.log(guess.medianSeconds) + sumOfLogs) / weight;
  const around = Math.max(0, sumOfSquares - sumOfLogs ** 2 / count);
  const variance = (guessWeight * guess.sigma ** 2 + around) / weight;
  return { medianSeconds: Math.exp(mean), sigma: Math.max(sigmaMin, Math.sqrt(variance)) };
}

/** Returns the stored form of durations. Ignores durations of zero, for which no call was needed. */
export function durationsSeen(seconds: readonly number[]): DurationsSeen {
  const logs = seconds.filter((one) => one > 0).map(Math.log);
  return {
    count: logs.length,
    sumOfLogs: logs.reduce((sum, log) => sum + log, 0),
    sumOfSquares: logs.reduce((sum, log) => sum + log ** 2, 0),
  };
}
