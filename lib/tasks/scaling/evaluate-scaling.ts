import type { Publisher } from '../../events/publisher.ts';
import type { Executions } from '../../executions/executions.ts';
import type { ScalingIndex } from '../../inventory/scaling-index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Subnets } from '../../providers/subnets.ts';
import { combine } from '../../scaling/combine.ts';
import { ended, isInFlight } from './in-flight.ts';
import { type ObservedCapacity, type ObserveServices, observedAssets } from './observed-assets.ts';
import { withAddresses } from './outer-limits.ts';

export interface EvaluateServices extends ObserveServices {
  subnets: Pick<Subnets, 'free'>;
  scaling: ScalingIndex;
  ledger: Ledger;
  executions: Executions;
  publisher: Publisher;
}

export interface Evaluated {
  policies: number;
  /** Policies without complete data, which scale nothing in. */
  blind: number;
  /** Assets whose capacity is to change now. */
  due: number;
}

/**
 * Evaluates all scaling policies. Says on the bus which assets are to be scaled, which starts a machine for each; the
 * machine decides again. If nothing is to change, nothing is written and nothing starts.
 */
export async function evaluateScaling(
  services: EvaluateServices,
  { now, account }: { now: string; account: string },
): Promise<Evaluated> {
  const assets = await services.scaling.all();
  const observed = await observedAssets(services, assets, { now, account });
  const due = new Map<string, Due>();
  for (const one of observed) {
    // What is in flight is looked at only if something is to change.
    const { inFlight: _, ...input } = one.input;
    const { desired } = combine(input);
    if (desired === input.current) continue;
    const { assetId } = one.asset.item;
    const wanted = { one, desired, urgency: urgencyOf(input.current, desired) };
    if (wanted.urgency > (due.get(assetId)?.urgency ?? Number.NEGATIVE_INFINITY)) due.set(assetId, wanted);
  }
  const free: Due[] = [];
  for (const wanted of await placeable(services, [...due.values()], account))
    if (await isFree(services, wanted, now)) free.push(wanted);
  const events = free
    .toSorted((a, b) => b.urgency - a.urgency)
    .map(({ one, desired }) => {
      const { assetId, environment, service } = one.asset.item;
      const { property } = one.envelope.trait;
      const detail = {
        assetId,
        property,
        environment,
        service,
        current: one.input.current,
        desired,
        at: now,
      };
      return { detailType: 'Scaling Due' as const, detail };
    });
  await services.publisher.publish(...events);
  const incomplete = observed.filter(({ input }) => input.proposals.some(({ status }) => status !== 'ok'));
  return { policies: observed.length, blind: incomplete.length, due: free.length };
}

interface Due {
  one: ObservedCapacity;
  desired: number;
  urgency: number;
}

/** Leaves out what can't grow for want of addresses, so that nothing starts for it. Reads the subnets of what grows. */
async function placeable(services: EvaluateServices, due: readonly Due[], account: string): Promise<Due[]> {
  const known = await withAddresses(
    services.subnets,
    due.filter(({ one, desired }) => desired > one.input.current).map(({ one }) => one),
    account,
  );
  const stuck = new Set(
    known
      .filter(({ input: { inFlight: _, ...input } }) => combine(input).desired === input.current)
      .map(({ asset, envelope }) => `${asset.item.assetId} ${envelope.trait.property}`),
  );
  return due.filter(
    ({ one: { asset, envelope } }) => !stuck.has(`${asset.item.assetId} ${envelope.trait.property}`),
  );
}

/** The share that is missing, before any that is too much. */
function urgencyOf(current: number, desired: number): number {
  return desired > current ? desired / Math.max(current, 1) : -current / Math.max(desired, 1);
}

/** A change whose execution died without a word is recorded as it ended, so that it holds nothing back. */
async function isFree(services: EvaluateServices, { one }: Due, now: string): Promise<boolean> {
  const { item, state } = one.asset;
  const { inFlight } = state;
  if (inFlight === undefined) return true;
  if (await isInFlight(services, inFlight)) return false;
  const { status = 'Failed' } = (await services.ledger.findRequest(inFlight.requestId)) ?? {};
  const live = item.capacities[inFlight.property] ?? inFlight.from;
  await services.scaling.settle(
    item.assetId,
    inFlight.requestId,
    ended(state, inFlight, { now, live, outcome: status }),
  );
  return status === 'Completed';
}
