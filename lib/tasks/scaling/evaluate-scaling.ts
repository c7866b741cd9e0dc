import type { Publisher } from '../../events/publisher.ts';
import type { Executions } from '../../executions/executions.ts';
import type { ScalingIndex } from '../../inventory/scaling-index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestStatus } from '../../model/run.ts';
import type { Decision, DecisionInput } from '../../model/scaling-decision.ts';
import { readScalingPolicies } from '../../model/scaling-policy.ts';
import type { ScalingItem, Slot } from '../../model/scaling-state.ts';
import type { Settings } from '../../model/settings.ts';
import type { Subnets } from '../../providers/subnets.ts';
import { combine } from '../../scaling/combine.ts';
import { alarmsOf } from '../../scaling/metric-queries.ts';
import type { NextRequest } from '../../scaling/next-request.ts';
import { ended, isInFlight } from './in-flight.ts';
import { type ObservedCapacity, type ObserveServices, observedAssets } from './observed-assets.ts';
import { withAddresses } from './outer-limits.ts';
import { type RequestServices, requestFor } from './request-for.ts';

export interface EvaluateServices extends ObserveServices, RequestServices {
  subnets: Pick<Subnets, 'free'>;
  scaling: ScalingIndex;
  ledger: Ledger;
  executions: Executions;
  publisher: Publisher;
  settings: Pick<Settings, 'environments' | 'callsPerSecond' | 'scaleEveryMinutes'>;
}

export interface Evaluated {
  policies: number;
  /** Policies without complete data, which scale nothing in. */
  blind: number;
  /** Assets whose capacity is to change now. */
  due: number;
}

/**
 * Evaluates all scaling policies, or those that name an alarm. Says on the bus which assets are to be scaled, which
 * starts a machine for each; the machine decides again. If nothing is to change, nothing is written and nothing starts.
 */
export async function evaluateScaling(
  services: EvaluateServices,
  { now, account, alarm }: { now: string; account: string; alarm?: string },
): Promise<Evaluated> {
  const all = await services.scaling.all();
  const assets = alarm === undefined ? all : all.filter(({ item }) => namesAlarm(item, alarm));
  // Quotas are shared with assets that no alarm woke.
  const observed = await observedAssets(services, assets, { now, account, all });
  const changing = observed.flatMap((one): Changing[] => {
    // What is in flight is looked at only if something is to change.
    const { inFlight: _, ...input } = one.input;
    const decision = combine(input);
    const isSettled = decision.desired === input.current && decision.beyond === undefined;
    return isSettled ? [] : [{ one, input, decision }];
  });
  const due = new Map<string, Due>();
  for (const { one, input, decision } of changing) {
    const { asset, envelope } = one;
    const next = await requestFor(services, asset, { envelope, input, decision }, now);
    if (next === undefined) {
      await isHeld(services, one, 'waiting', now);
      continue;
    }
    const wanted = { one, next, urgency: urgencyOf(input.current, next) };
    const other = due.get(asset.item.assetId);
    if (other === undefined || wanted.urgency > other.urgency) due.set(asset.item.assetId, wanted);
  }
  const free: Due[] = [];
  for (const wanted of await placeable(services, [...due.values()], account))
    if (await isFree(services, wanted, now)) free.push(wanted);
  const events = withinBudget(
    services,
    free.toSorted((a, b) => b.urgency - a.urgency),
  ).map(({ one, next }) => {
    const { assetId, environment, service } = one.asset.item;
    const { property } = one.envelope.trait;
    const detail = {
      assetId,
      property,
      environment,
      service,
      current: one.input.current,
      desired: next.to,
      at: now,
    };
    return { detailType: 'Scaling Due' as const, detail };
  });
  await services.publisher.publish(...events);
  const incomplete = observed.filter(({ input }) => input.proposals.some(({ status }) => status !== 'ok'));
  return { policies: observed.length, blind: incomplete.length, due: free.length };
}

/** Alarms are named as CloudWatch names them: references are replaced in the index. */
function namesAlarm({ declared }: ScalingItem, alarm: string): boolean {
  const read = readScalingPolicies(declared);
  return 'policies' in read && read.policies.some((policy) => alarmsOf(policy).includes(alarm));
}

/**
 * Returns the first in each account and region, as many as the rate budget has calls for until the next evaluation,
 * which finds the others. More would only wait for each other.
 */
function withinBudget({ settings }: EvaluateServices, sorted: readonly Due[]): Due[] {
  const callsMax = settings.callsPerSecond.update * 60 * Math.max(1, settings.scaleEveryMinutes);
  const used = new Map<string, number>();
  return sorted.filter(({ one }) => {
    const { account, region } = one.asset.item;
    const place = `${account} ${region}`;
    const before = used.get(place) ?? 0;
    used.set(place, before + 1);
    return before < callsMax;
  });
}

/** A capacity whose decision asks for a change. */
interface Changing {
  one: ObservedCapacity;
  input: DecisionInput;
  decision: Decision;
}

interface Due {
  one: ObservedCapacity;
  next: NextRequest;
  urgency: number;
}

/** Leaves out what can't grow for want of addresses, so that nothing starts for it. Reads the subnets of what grows. */
async function placeable(services: EvaluateServices, due: readonly Due[], account: string): Promise<Due[]> {
  const growing = due.filter(({ one, next }) => next.to > one.input.current);
  const known = await withAddresses(
    services.subnets,
    growing.map(({ one }) => one),
    account,
  );
  const stuck = new Set(
    growing.filter(({ next }, index) => isStuck(next, known[index]?.input)).map(({ one }) => one),
  );
  return due.filter(({ one }) => !stuck.has(one));
}

function isStuck({ change }: NextRequest, found: DecisionInput | undefined): boolean {
  if (found === undefined) return false;
  const { inFlight: _, ...input } = found;
  if (change === 'standard') return combine(input).desired === input.current;
  return (input.limits ?? []).some(({ max }) => max <= input.current);
}

/** The share that is missing, before any that is too much. What people are to be asked for is never urgent. */
function urgencyOf(current: number, { change, to }: NextRequest): number {
  if (change === 'normal') return Number.MIN_SAFE_INTEGER;
  return to > current ? to / Math.max(current, 1) : -current / Math.max(to, 1);
}

/**
 * Tells whether nothing is on its way that a decision would have to wait for. A change whose execution died without a
 * word is recorded as it ended, so that it holds nothing back.
 */
async function isFree(services: EvaluateServices, { one, next }: Due, now: string): Promise<boolean> {
  const { inFlight, waiting } = one.asset.state;
  if (inFlight !== undefined && (await isHeld(services, one, 'inFlight', now))) return false;
  if (waiting === undefined) return true;
  // A normal change that is approved and runs comes first.
  const { status } = (await services.ledger.findRequest(waiting.requestId)) ?? {};
  if (status !== undefined && applying.includes(status)) return false;
  const holds = await isHeld(services, one, 'waiting', now);
  return next.change === 'standard' || !holds;
}

const applying: readonly RequestStatus[] = ['Approved', 'Applying', 'Undoing'];

/** Tells whether a change holds others back: it is on its way, or ended just now without effect. */
async function isHeld(
  services: EvaluateServices,
  { asset: { item, state } }: ObservedCapacity,
  slot: Slot,
  now: string,
): Promise<boolean> {
  const flight = state[slot];
  if (flight === undefined) return false;
  if (await isInFlight(services, flight)) return true;
  const { status = 'Failed' } = (await services.ledger.findRequest(flight.requestId)) ?? {};
  const live = item.capacities[flight.property] ?? flight.from;
  const memory = ended(state, slot, { now, live, outcome: status });
  await services.scaling.settle(item.assetId, flight.requestId, memory, slot);
  return status !== 'Completed';
}
