import type { CapacityTrait } from '../../model/capacity/trait.ts';
import type { DecisionInput } from '../../model/scaling-decision.ts';
import type { ScalingPolicy } from '../../model/scaling-policy.ts';
import type { ScaledAsset, ScalingItem } from '../../model/scaling-state.ts';
import type { Settings } from '../../model/settings.ts';
import type { Subnets } from '../../providers/subnets.ts';
import { capacityLimits, type LimitSources } from '../../scaling/limits.ts';

type Environments = Pick<Settings, 'environments'>;

/** Returns the rows of an environment's settings for a capacity. */
function rowsFor(
  { environments }: Environments,
  { environment, type }: ScalingItem,
  { property }: CapacityTrait,
) {
  const { quotas = [], budgets = [] } = environments[environment]?.scaling ?? {};
  const fits = (row: { type: string; property?: string | undefined }) =>
    row.type === type && (row.property === undefined || row.property === property);
  return { quotas: quotas.filter(fits), budgets: budgets.filter(fits) };
}

/** Tells whether a quota of an asset is shared, so that the capacities of others count. */
export function sharesQuota({ environments }: Environments, { environment, type }: ScalingItem): boolean {
  return (environments[environment]?.scaling?.quotas ?? []).some((row) => row.type === type && !row.each);
}

/**
 * Returns the quotas and budgets of a capacity: those of the settings, and the budget of its policy.
 *
 * @param all every asset that declares scaling; what the others have counts toward shared quotas
 */
export function quotasAndBudgets(
  settings: Environments,
  { item, trait, policy }: { item: ScalingItem; trait: CapacityTrait; policy: ScalingPolicy },
  all: readonly ScaledAsset[],
): LimitSources {
  const { quotas, budgets } = rowsFor(settings, item, trait);
  const shares = quotas.some(({ each }) => !each);
  const others = shares ? usedByOthers(item, trait.property, all) : 0;
  return {
    quotas: quotas.map(({ name, max, perUnit, each }) => ({
      name,
      max,
      perUnit,
      used: each ? 0 : others * perUnit,
    })),
    budgets: [
      ...(policy.budget === undefined ? [] : [{ name: 'the budget of the policy', ...policy.budget }]),
      ...budgets.map(({ perMonth, perUnitHour }) => ({
        name: `the budget of ${item.environment}`,
        ...{ perMonth, perUnitHour },
      })),
    ],
  };
}

function usedByOthers(item: ScalingItem, property: string, all: readonly ScaledAsset[]): number {
  return all
    .map((one) => one.item)
    .filter(({ assetId, account, region, type }) => {
      const isNear = account === item.account && region === item.region;
      return assetId !== item.assetId && isNear && type === item.type;
    })
    .reduce((sum, { capacities }) => sum + (capacities[property] ?? 0), 0);
}

interface Decidable {
  asset: { item: ScalingItem };
  envelope: { trait: CapacityTrait };
  input: DecisionInput;
}

/**
 * Returns inputs of decisions with the free addresses of the subnets that new units are placed in. Each subnet is read
 * once. What can't be read limits nothing, and the input says so.
 */
export async function withAddresses<T extends Decidable>(
  subnets: Pick<Subnets, 'free'>,
  all: readonly T[],
  account: string,
): Promise<T[]> {
  const placed = all.filter(
    ({ asset, envelope }) => envelope.trait.subnets !== undefined && (asset.item.subnets ?? []).length > 0,
  );
  const regions = Map.groupBy(
    placed.filter(({ asset }) => asset.item.account === account),
    ({ asset }) => asset.item.region,
  );
  const read = [...regions].map(async ([region, some]) => {
    const ids = [...new Set(some.flatMap(({ asset }) => asset.item.subnets ?? []))];
    return [region, await subnets.free(region, ids)] as const;
  });
  const known = new Map(await Promise.all(read));
  return all.map((one) => {
    if (!placed.includes(one)) return one;
    const { input } = one;
    const [{ item }, { trait }] = [one.asset, one.envelope];
    const found = known.get(item.region);
    const free = item.account === account && found?.free ? found.free : new Map<string, number>();
    const why = item.account === account ? found?.problem : 'of another account';
    const addresses = { subnets: item.subnets ?? [], free, perUnit: trait.subnets?.addressesPerUnit ?? 1 };
    const { limits, unknown } = capacityLimits(input.current, {
      addresses: { ...addresses, ...(why === undefined ? {} : { why }) },
    });
    const unknownLimits = [...(input.unknownLimits ?? []), ...unknown];
    return {
      ...one,
      input: {
        ...input,
        limits: [...(input.limits ?? []), ...limits],
        ...(unknownLimits.length > 0 && { unknownLimits }),
      },
    };
  });
}
