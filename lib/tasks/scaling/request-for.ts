import type { GovernanceRules } from '../../change/governance.ts';
import { type ScalingCase, scalingTakenAs } from '../../change/standard-scaling.ts';
import { scalingFrame, type Tallies } from '../../ledger/tallies.ts';
import type { Envelope } from '../../model/capacity/envelope.ts';
import type { Decision, DecisionInput } from '../../model/scaling-decision.ts';
import type { ScaledAsset } from '../../model/scaling-state.ts';
import { farthestStandard, type NextRequest, nextRequest } from '../../scaling/next-request.ts';

export interface RequestServices {
  governance(environment: string): GovernanceRules;
  tallies: Pick<Tallies, 'lastDay'>;
}

/** What to ask for, and the farthest capacity that was a standard change, which its record needs. */
export interface RequestedCapacity extends NextRequest {
  standardTo: number;
}

/**
 * Returns the request for a decision by the governance of its environment: a standard change if there is anything to do
 * that is one, else a normal change. A normal change is asked for once: not while its request is open, not for a
 * while after it was refused, and not where no one could approve it.
 */
export async function requestFor(
  services: RequestServices,
  { item, state }: ScaledAsset,
  { envelope, input, decision }: { envelope: Envelope; input: DecisionInput; decision: Decision },
  now: string,
): Promise<RequestedCapacity | undefined> {
  const { property } = envelope.trait;
  const { current } = input;
  const mayAsk = state.waiting === undefined && now >= (state.asked?.[property]?.retryAt ?? '');
  if (decision.desired === current && (decision.beyond === undefined || !mayAsk)) return undefined;
  const { environment, service, scope, type, declared, owner = '' } = item;
  const rules = services.governance(environment);
  const today = await services.tallies.lastDay(scalingFrame({ environment, scope, service }), now);
  const asked: ScalingCase = {
    ...{ environment, service, scope, owner, type, property, declared },
    ...{ dayScales: today + 1, utcHour: new Date(now).getUTCHours() },
  };
  const standardTo = farthestStandard(
    envelope,
    current,
    decision,
    (to) => scalingTakenAs(rules, asked, current, to) === 'standard',
  );
  const next = nextRequest(envelope, input, decision, standardTo);
  if (next === undefined || next.change === 'standard') return next && { ...next, standardTo };
  const beyond = next.beyond ? { beyond: true as const } : {};
  const canBeApproved = scalingTakenAs(rules, { ...asked, ...beyond }, current, next.to) === 'normal';
  return mayAsk && canBeApproved ? { ...next, standardTo } : undefined;
}
