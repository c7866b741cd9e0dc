import { ConditionFailed, type Item, type Table, type Write } from '../dynamodb/table.ts';
import type { Asset } from '../model/asset.ts';
import { envelopesOf, numberIn } from '../model/capacity/envelope.ts';
import { metricSourcesOf } from '../model/capacity/metric-sources.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { valueAtPath } from '../model/property-path.ts';
import {
  type CapacityInFlight,
  type LastDecision,
  type ScaledAsset,
  type ScalingItem,
  type ScalingState,
  type Slot,
  slots,
} from '../model/scaling-state.ts';
import { asTexts } from '../model/traffic-shift.ts';
import { inventoryKeys, scalingPartition } from './keys.ts';

const { scaling: itemKey, scalingState: stateKey } = inventoryKeys;

/** The assets that declare scaling, and what is remembered of each: small items in addition to the assets themselves. */
export class ScalingIndex {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Returns every asset that declares scaling. Strongly consistent. */
  async all(): Promise<ScaledAsset[]> {
    return joined(await this.#table.query<Item>(scalingPartition));
  }

  async find(assetId: string): Promise<ScaledAsset | undefined> {
    return joined(await this.#table.getAll<Item>([itemKey(assetId), stateKey(assetId)]))[0];
  }

  /** Records a decision and its change on its way. Returns false if another one is on its way. Idempotent. */
  async claim(
    assetId: string,
    change: CapacityInFlight,
    decisionHash: string,
    slot: Slot = 'inFlight',
  ): Promise<boolean> {
    const { property, from, to, since: at, requestId } = change;
    const memory = slots[slot];
    const before = (await this.find(assetId))?.state[memory];
    const decision: LastDecision = {
      ...{ at, from, to, decisionHash, requestId },
      failures: before?.[property]?.failures ?? 0,
    };
    const holder = `${slot}Request`;
    try {
      await this.#table.update({
        key: stateKey(assetId),
        set: {
          ...{ assetId, [slot]: change, [holder]: requestId },
          [memory]: { ...before, [property]: decision },
        },
        condition: {
          expression: `attribute_not_exists(${holder}) OR ${holder} = :own`,
          values: { ':own': requestId },
        },
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  /** Records how a change ended, and that it is no longer on its way. Does nothing if that is recorded already. */
  async settle(
    assetId: string,
    requestId: string,
    set: Pick<ScalingState, 'changes' | 'last' | 'asked'>,
    slot: Slot = 'inFlight',
  ): Promise<void> {
    const holder = `${slot}Request`;
    try {
      await this.#table.update({
        key: stateKey(assetId),
        set,
        remove: [slot, holder],
        condition: { expression: `${holder} = :own`, values: { ':own': requestId } },
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}

function joined(items: readonly Item[]): ScaledAsset[] {
  const states = new Map(
    items.filter(({ sk }) => sk.startsWith('STATE#')).map((one) => [one.sk.slice('STATE#'.length), one]),
  );
  return items
    .filter(({ sk }) => sk.startsWith('ASSET#'))
    .map((one) => {
      const item = one as unknown as ScalingItem;
      const state = (states.get(item.assetId) ?? { assetId: item.assetId }) as unknown as ScalingState;
      return { item, state };
    });
}

/**
 * Returns the writes that keep the index in step with a version of an asset. An asset that never declared scaling has
 * none.
 *
 * @param refer returns the named resources of the same scope
 */
export async function scalingWrites(
  table: Table,
  { before, after, exists }: { before: Asset | undefined; after: Asset; exists: boolean },
  refer: (names: string[]) => Promise<Referred>,
): Promise<Write[]> {
  const { id, type, scaling, role } = after;
  const envelopes = exists ? envelopesOf(type, scaling) : [];
  if (scaling === undefined || envelopes.length === 0)
    return before?.scaling === undefined
      ? []
      : [
          { table, delete: itemKey(id) },
          { table, delete: stateKey(id) },
        ];
  // Nothing is decided on an asset of which the last effect is unknown.
  if (after.status !== 'Active') return [{ table, delete: itemKey(id) }];
  const { logicalId, scope, environment, service, owner, account, region, identifier, owners = [] } = after;
  const capacities = envelopes.flatMap(({ trait: { property } }) => {
    const value =
      numberIn(valueAtPath(after.desired, property)) ?? numberIn(valueAtPath(after.attributes, property));
    return value === undefined ? [] : [[property, value]];
  });
  const properties = { ...after.attributes, ...after.applied };
  const subnets = envelopes.flatMap(({ trait }) => namesIn(properties, trait.subnets?.property));
  const approved = owners.flatMap(({ path, beyond }) => (beyond === undefined ? [] : [path]));
  const item: ScalingItem = {
    ...{ assetId: id, type, identifier, logicalId, scope, environment, service, owner, account, region },
    ...(role === undefined ? {} : { role }),
    declared: await withNames(
      scaling,
      async (names) => new Map([...(await refer(names)), [logicalId, after]]),
    ),
    capacities: Object.fromEntries(capacities),
    ...(approved.length > 0 && { approved }),
    ...(subnets.length > 0 && { subnets: [...new Set(subnets)].sort() }),
    sources: metricSourcesOf(type, properties, identifier),
  };
  return [{ table, put: { ...itemKey(id), ...item } }];
}

function namesIn(properties: JsonObject, path: string | undefined): string[] {
  const value = path === undefined ? undefined : valueAtPath(properties, path);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** What references stand for: identifiers and attributes by logical id. */
export type Referred = ReadonlyMap<string, Pick<Asset, 'identifier' | 'attributes'>>;

const reference = /\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}/g;

/** Returns a declaration with values in place of its references. Those that have none yet stay, written as text. */
async function withNames(
  declared: JsonValue,
  refer: (names: string[]) => Promise<Referred>,
): Promise<JsonValue> {
  const text = JSON.stringify(asTexts(declared).value);
  const names = [...new Set([...text.matchAll(reference)].map(([, name = '']) => name))];
  if (names.length === 0) return declared;
  const known = await refer(names);
  const meant = (whole: string, name: string, attribute?: string) => {
    const asset = known.get(name);
    const value =
      attribute === undefined ? asset?.identifier : valueAtPath(asset?.attributes ?? {}, attribute);
    return JSON.stringify(String(value ?? whole)).slice(1, -1);
  };
  return JSON.parse(text.replace(reference, meant));
}
