import type { Expectation } from './graph.ts';

/** Durations seen of one operation on one type: their number, and sums over their natural logarithms. */
export interface DurationsSeen {
  count: number;
  sumOfLogs: number;
  sumOfSquares: number;
}

/** What a guess weighs, in durations seen: after a handful of runs it is history that counts. */
const guessWeight = 3;
/** However alike they were, the next may be another. */
const sigmaMin = 0.1;

/**
 * What to expect after what was seen, beginning with a guess: the mean and the spread of the logarithm, with the
 * guess as if it had been seen a few times (a normal distribution with its conjugate prior, the mean's part).
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

/** The durations as what is kept of them; those of no length (nothing had to be called) tell nothing. */
export function durationsSeen(seconds: readonly number[]): DurationsSeen {
  const logs = seconds.filter((one) => one > 0).map(Math.log);
  return {
    count: logs.length,
    sumOfLogs: logs.reduce((sum, log) => sum + log, 0),
    sumOfSquares: logs.reduce((sum, log) => sum + log ** 2, 0),
  };
}
