import type { Bound, BoundKind, DecisionRecord, Proposal } from '../model/scaling-decision.ts';

/** What each limit did, in words. */
const reasons: Record<BoundKind, (name: string) => string> = {
  data: (name) => `nothing is scaled in without complete data (${name})`,
  stabilization: (name) => `recent recommendations count too (${name})`,
  rate: (name) => `the rate of ${name}`,
  cooldown: (name) => `the cooldown: ${name}`,
  minimum: () => 'the minimum of the policy',
  'schedule minimum': (name) => `the minimum of the schedule ${name}`,
  forecast: (name) => `the load expected from ${name}`,
  maximum: () => 'the maximum of the policy',
  'schedule maximum': (name) => `the maximum of the schedule ${name}`,
  limit: (name) => `the limit ${name}`,
  type: (name) => `the type: ${name}`,
  'in flight': (name) => `a change is in flight: ${name}`,
  freeze: (name) => `the freeze ${name}`,
};

/** Says in lines why a decision is what it is: what was asked for, each limit with its numbers, what was rejected. */
export function explain({ input, decision }: DecisionRecord): string[] {
  const { current } = input;
  const { desired, wanted, winner, sequence, beyond, rejected, changesLeft } = decision;
  const asked = input.proposals.find(({ source }) => source === winner);
  return [
    desired === current ? `keep ${current}` : `${current} to ${desired}${way(sequence)}`,
    asked === undefined ? 'no source has usable data' : `${measured(asked)} asks for ${wanted}`,
    ...decision.bound.map(limited),
    ...(input.unknownLimits ?? []).map((name) => `not known, so it limits nothing: ${name}`),
    ...rejected.map(
      ({ source, want, why }) =>
        `rejected: ${source}${want === null ? '' : `, which asks for ${want}`}: ${why}`,
    ),
    ...(beyond === undefined ? [] : [`the load asks for ${beyond.to}, beyond ${beyond.limits.join(', ')}`]),
    ...(changesLeft === undefined ? [] : [`changes left today: ${changesLeft}`]),
  ];
}

function way(sequence: readonly number[]): string {
  return sequence.length > 1 ? `, in ${sequence.length} changes: ${sequence.join(', ')}` : '';
}

function measured({ source, value, target, kind }: Proposal): string {
  return kind === 'capacity' ? source : `${source} at ${value} (target ${target})`;
}

function limited({ kind, name, from, to }: Bound): string {
  return `${from} becomes ${to}: ${reasons[kind](name)}`;
}
