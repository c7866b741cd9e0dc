import type { Calendars } from '../../change/calendar.ts';
import { windowAt } from '../../change/windows.ts';
import { type Envelope, envelopesOf } from '../../model/capacity/envelope.ts';
import { findCapacity } from '../../model/capacity/index.ts';
import type { ObservedAlarm } from '../../model/metric-query.ts';
import type { DecisionInput } from '../../model/scaling-decision.ts';
import { readScalingPolicies } from '../../model/scaling-policy.ts';
import type { ScaledAsset } from '../../model/scaling-state.ts';
import type { Settings } from '../../model/settings.ts';
import type { Metrics } from '../../providers/metrics.ts';
import { capacityLimits } from '../../scaling/limits.ts';
import { alarmsOf, queriesOf, type ScalingSubject } from '../../scaling/metric-queries.ts';
import { observe } from '../../scaling/observe.ts';
import { quotasAndBudgets } from './outer-limits.ts';

export interface ObserveServices {
  metrics: Pick<Metrics, 'series' | 'alarms'>;
  settings: Pick<Settings, 'environments'>;
  calendars(environment: string): Calendars;
}

/** One capacity with what a decision on it is made from. */
export interface ObservedCapacity {
  asset: ScaledAsset;
  envelope: Envelope;
  input: DecisionInput;
}

/**
 * Observes the capacities of assets: reads all of their alarms and metrics, each once, and makes the input of a decision
 * for each capacity whose size is known.
 *
 * @param account where metrics can be read. Those of other accounts count as missing
 * @param all assets that share quotas, if they are more than those to observe
 */
export async function observedAssets(
  services: ObserveServices,
  assets: readonly ScaledAsset[],
  { now, account, all = assets }: { now: string; account: string; all?: readonly ScaledAsset[] },
): Promise<ObservedCapacity[]> {
  const found = assets.flatMap(subjectsOf);
  const read = found.filter(({ asset }) => asset.item.account === account);
  const alarms = await alarmsFor(services, read);
  const ofAlarms = [...alarms.values()].flatMap((byName) =>
    [...byName.values()].flatMap(({ query }) => query ?? []),
  );
  const queries = [...read.flatMap(({ subject }) => queriesOf(subject)), ...ofAlarms];
  const series = await services.metrics.series(queries, now);
  const freezeOf = freezes(services, now);
  return found.map(({ asset, subject, envelope, current }) => {
    const { item, state } = asset;
    const { property } = subject.trait;
    const { inFlight, last = {}, changes = {} } = state;
    const retryAt = last[property]?.retryAt ?? '';
    const failed =
      now < retryAt ? { name: `the last request failed; the next one is due at ${retryAt}` } : undefined;
    const freeze = failed ?? freezeOf(item.environment);
    const own = item.account === account;
    const sources = quotasAndBudgets(services.settings, { item, ...subject }, all);
    const input = observe(subject, {
      ...{ at: now, current, changes: changes[property] ?? [] },
      series: own ? series : new Map(),
      alarms: (own ? alarms.get(item.region) : undefined) ?? new Map(),
      ...(inFlight && { inFlight: { to: inFlight.to, since: inFlight.since } }),
      ...(freeze && { freeze }),
      limits: capacityLimits(current, sources).limits,
      ...(item.approved?.includes(property) && { approved: true }),
    });
    return { asset, envelope, input };
  });
}

interface Subject {
  asset: ScaledAsset;
  subject: ScalingSubject;
  envelope: Envelope;
  current: number;
}

/** Returns the policies of an asset. The declaration was checked when it was admitted; one that can't be read is skipped. */
function subjectsOf(asset: ScaledAsset): Subject[] {
  const { type, declared, region, sources, capacities } = asset.item;
  const read = readScalingPolicies(declared);
  if (!('policies' in read)) return [];
  const envelopes = envelopesOf(type, declared);
  return read.policies.flatMap((policy) => {
    const trait = findCapacity(type, policy.property);
    if (typeof trait === 'string') return [];
    const current = capacities[trait.property];
    const envelope = envelopes.find((one) => one.trait === trait);
    if (current === undefined || envelope === undefined) return [];
    return [{ asset, subject: { policy, trait, region, sources }, envelope, current }];
  });
}

async function alarmsFor(
  { metrics }: ObserveServices,
  subjects: readonly Subject[],
): Promise<Map<string, Map<string, ObservedAlarm>>> {
  const names = Map.groupBy(
    subjects.flatMap(({ subject }) =>
      alarmsOf(subject.policy).map((name) => ({ region: subject.region, name })),
    ),
    ({ region }) => region,
  );
  const read = [...names].map(async ([region, wanted]) => {
    const alarms = await metrics.alarms(
      region,
      wanted.map(({ name }) => name),
    );
    return [region, new Map(alarms.map((alarm) => [alarm.name, alarm]))] as const;
  });
  return new Map(await Promise.all(read));
}

/** Returns why nothing may change in an environment now. Its calendars are evaluated once. */
function freezes({ settings, calendars }: ObserveServices, now: string) {
  const known = new Map<string, DecisionInput['freeze'] | undefined>();
  return (environment: string): DecisionInput['freeze'] | undefined => {
    if (!known.has(environment)) known.set(environment, freezeIn(environment));
    return known.get(environment);
  };
  function freezeIn(environment: string): DecisionInput['freeze'] | undefined {
    if (!Object.hasOwn(settings.environments, environment))
      return { name: `the settings have no environment ${environment}` };
    const state = windowAt(calendars(environment), now);
    return state.open ? undefined : { name: state.reason };
  }
}
