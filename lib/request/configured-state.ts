import type { Asset } from '../model/asset.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { DesiredOutput, DesiredResource, DesiredState, Header } from '../model/request.ts';
import { referencesIn } from '../template/index.ts';
import { bakeText } from './health.ts';
import { manifestOf } from './manifest-of.ts';
import { type NormalizeOptions, normalizeRequest } from './normalize.ts';

/** A scope as it is, with the new properties of some of its assets. */
export interface ScopeAsConfigured {
  header: Header;
  /** The current asset of each logical id. */
  assets: readonly Asset[];
  /** The properties of changed assets, by asset id. */
  properties: ReadonlyMap<string, JsonObject>;
  outputs: Record<string, DesiredOutput>;
}

/**
 * Returns the desired state of a scope with changed assets. Checks it with the rules for manifests: types of values,
 * places of secrets, and references. Unchanged assets stay exactly as in the inventory. Throws InvalidInput with every
 * problem.
 */
export function configuredState(
  { header, assets, properties, outputs }: ScopeAsConfigured,
  options: Omit<NormalizeOptions, 'inputs' | 'headerDefaults'>,
): DesiredState {
  const resourceOf = (asset: Asset): [string, JsonObject] => [
    asset.logicalId,
    written(asset, properties.get(asset.id) ?? asset.desired),
  ];
  const document: JsonObject = {
    Resources: Object.fromEntries(assets.map(resourceOf)),
    ...(Object.keys(outputs).length > 0 && { Outputs: mapped(outputs, outputOf) }),
  };
  const state = normalizeRequest(
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

/** Returns an asset as a manifest would declare it. */
function written(asset: Asset, properties: JsonObject): JsonObject {
  const { type, desired, dependsOn, deletionPolicy, updateReplacePolicy, updatePolicy } = asset;
  const { health, bakeSeconds } = asset;
  const bake: JsonObject = bakeSeconds === undefined ? {} : { bake: bakeText(bakeSeconds) };
  const referred = new Set(referencesIn(desired).map(({ logicalId }) => logicalId));
  return {
    Type: type,
    Properties: properties,
    DependsOn: dependsOn.filter((name) => !referred.has(name)),
    DeletionPolicy: deletionPolicy,
    UpdateReplacePolicy: updateReplacePolicy,
    ...(updatePolicy !== undefined && { UpdatePolicy: updatePolicy }),
    ...(health !== undefined && {
      Baton: { health: health as unknown as JsonValue, ...bake },
    }),
  };
}

function settled(
  resource: DesiredResource,
  standing: ReadonlyMap<string, Asset>,
  properties: ReadonlyMap<string, JsonObject>,
): DesiredResource {
  const { line: _, ...others } = resource;
  const asset = standing.get(resource.logicalId);
  const { scaling, traffic } = asset ?? {};
  const baton = {
    ...(scaling === undefined ? {} : { scaling }),
    ...(traffic === undefined ? {} : { traffic }),
  };
  const rest = Object.keys(baton).length === 0 ? others : { ...others, baton };
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
