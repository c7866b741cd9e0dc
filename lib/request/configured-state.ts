import type { Asset } from '../model/asset.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { DesiredOutput, DesiredResource, DesiredState, Header } from '../model/request.ts';
import { referencesIn } from '../template/index.ts';
import { manifestOf } from './manifest-of.ts';
import { type NormaliseOptions, normaliseRequest } from './normalise.ts';

/** A scope as it stands, with some of its assets as they are to become. */
export interface ScopeAsConfigured {
  header: Header;
  /** The current asset of each logical id. */
  assets: readonly Asset[];
  /** Properties of the assets that change, by asset id. */
  properties: ReadonlyMap<string, JsonObject>;
  outputs: Record<string, DesiredOutput>;
}

/**
 * The desired state of a scope some of whose assets change, by all the rules of a manifest: types of values, where secrets
 * may stand, what may be referred to. What does not change stays exactly as the inventory has it. Throws InvalidInput with
 * every problem.
 */
export function configuredState(
  { header, assets, properties, outputs }: ScopeAsConfigured,
  options: Omit<NormaliseOptions, 'inputs' | 'headerDefaults'>,
): DesiredState {
  const resourceOf = (asset: Asset): [string, JsonObject] => [
    asset.logicalId,
    written(asset, properties.get(asset.id) ?? asset.desired),
  ];
  const document: JsonObject = {
    Resources: Object.fromEntries(assets.map(resourceOf)),
    ...(Object.keys(outputs).length > 0 && { Outputs: mapped(outputs, outputOf) }),
  };
  const state = normaliseRequest(
    manifestOf(document, 'configure', () => undefined),
    {
      ...options,
      inputs: { parameters: {}, imports: {}, ssm: {}, secrets: {} },
      headerDefaults: { ...header, action: 'provision' },
    },
  );
  const standing = new Map(assets.map((asset) => [asset.logicalId, asset]));
  return { ...state, header, resources: state.resources.map((one) => settled(one, standing, properties)) };
}

/** An asset as a manifest would have it. */
function written(asset: Asset, properties: JsonObject): JsonObject {
  const { type, desired, dependsOn, deletionPolicy, updateReplacePolicy, updatePolicy, health } = asset;
  const referred = new Set(referencesIn(desired).map(({ logicalId }) => logicalId));
  return {
    Type: type,
    Properties: properties,
    DependsOn: dependsOn.filter((name) => !referred.has(name)),
    DeletionPolicy: deletionPolicy,
    UpdateReplacePolicy: updateReplacePolicy,
    ...(updatePolicy !== undefined && { UpdatePolicy: updatePolicy }),
    ...(health !== undefined && { Baton: { health: health as unknown as JsonValue } }),
  };
}

function settled(
  resource: DesiredResource,
  standing: ReadonlyMap<string, Asset>,
  properties: ReadonlyMap<string, JsonObject>,
): DesiredResource {
  const { line: _, ...rest } = resource;
  const asset = standing.get(resource.logicalId);
  if (asset === undefined || properties.has(asset.id)) return rest;
  return { ...rest, properties: asset.desired, dependsOn: asset.dependsOn };
}

function outputOf({ value, description, exportName }: DesiredOutput): JsonObject {
  return {
    Value: value,
    ...(description !== undefined && { Description: description }),
    ...(exportName !== undefined && { Export: { Name: exportName } }),
  };
}

function mapped<T>(record: Record<string, T>, change: (value: T) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
