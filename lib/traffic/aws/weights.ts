/** A share of traffic as a fraction in lowest terms. */
export interface Share {
  numerator: number;
  denominator: number;
}

function share(numerator: number, denominator: number): Share {
  let [a, b] = [numerator, denominator];
  while (b !== 0) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

/** Returns the share of each weight. If all are 0, the shares are equal (Route 53, weighted routing). */
export function weightShares(weights: readonly number[]): Share[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? share(1, weights.length) : share(weight, sum)));
}

/** Returns the shares of the version of a Lambda alias and of the additional one, whose weight is 0 to 1. */
export function aliasShares(additionalVersionWeight: number): Share[] {
  // Weights are decimals; a million of them is finer than any that Lambda takes.
  const parts = Math.round(additionalVersionWeight * 1_000_000);
  return weightShares([1_000_000 - parts, parts]);
}

export function shareText({ numerator, denominator }: Share): string {
  return denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`;
}

export interface WeightedRecord {
  weight: number;
  /** Null without a health check: it counts as healthy. */
  health: 'healthy' | 'unhealthy' | null;
}

/**
 * Tells of each weighted record whether Route 53 may answer with it (Developer Guide, "How Amazon Route 53 chooses
 * records when health checking is configured"): of the records with a weight the healthy ones; if there is none, of
 * those with weight 0 the healthy ones; if there is none either, all count as healthy.
 */
export function weightedAnswers(records: readonly WeightedRecord[]): boolean[] {
  const isHealthy = ({ health }: WeightedRecord) => health !== 'unhealthy';
  const hasWeight = ({ weight }: WeightedRecord) => weight > 0;
  const candidates = [
    (record: WeightedRecord) => hasWeight(record) && isHealthy(record),
    (record: WeightedRecord) => !hasWeight(record) && isHealthy(record),
    hasWeight,
  ];
  const rule = candidates.find((candidate) => records.some(candidate)) ?? (() => true);
  return records.map(rule);
}
