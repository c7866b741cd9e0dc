/** What one metric came to: replicas, or why it gives none. */
export type MetricAnswer = { name: string; replicas: number } | { name: string; invalid: string };

export type SeveralAnswer =
  | { replicas: number; winner: string }
  /** Nothing is scaled; the reason is that of the first invalid metric (the last one, before 1.18). */
  | { invalid: string };

/**
 * Takes the largest proposal. Metrics that give no answer don't stop a scale-out that others ask for, and stop every
 * scale-in: what they would have said is not known.
 */
export function largestProposal(answers: readonly MetricAnswer[], currentReplicas: number): SeveralAnswer {
  let best: { replicas: number; winner: string } | undefined;
  let invalid: string | undefined;
  for (const answer of answers)
    if ('invalid' in answer) invalid ??= answer.invalid;
    else if (best === undefined || answer.replicas > best.replicas)
      best = { replicas: answer.replicas, winner: answer.name };
  if (best === undefined) return { invalid: invalid ?? 'NoMetrics' };
  if (invalid !== undefined && best.replicas < currentReplicas) return { invalid };
  return best;
}
