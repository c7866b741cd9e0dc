import type { JsonObject, PatchOperation } from '../../lib/model/json.ts';
import { ProviderRefused } from '../../lib/providers/provider.ts';
import { ModelCloud } from '../../lib/rehearsal/cloud.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import type { ResourceModel } from './memory-provider.ts';

const lookup = typeLookup(ensureTypes());

/** The model that rehearsals use (lib/rehearsal). */
export function rehearsalModel(): ResourceModel {
  const cloud = new ModelCloud(lookup);
  let made = 0;
  return {
    create(type, properties) {
      made += 1;
      return cloud.create(type, `Made${made}`, properties);
    },
    update: (type, identifier, patch) => cloud.update(type, identifier, patch),
    delete: (type, identifier) => cloud.delete(type, identifier),
    read: (type, identifier) => cloud.read(type, identifier),
    list: (type) => [...cloud.snapshot().values()].filter((one) => one.type === type),
  };
}

/** The minimum that fulfills the contract, as a start for the fixture of another provider. */
export function plainModel(): ResourceModel {
  const resources = new Map<string, { type: string; identifier: string; properties: JsonObject }>();
  const existing = (type: string, identifier: string) => {
    const found = resources.get(`${type} ${identifier}`);
    if (found === undefined) throw new ProviderRefused('NotFound', `there is no ${type} ${identifier}`);
    return found;
  };
  const put = (type: string, identifier: string, properties: JsonObject) =>
    resources.set(`${type} ${identifier}`, { type, identifier, properties });
  return {
    create(type, properties) {
      const identifier = String(properties.LogGroupName ?? properties.Name);
      if (resources.has(`${type} ${identifier}`))
        throw new ProviderRefused('AlreadyExists', `there is a ${type} ${identifier}`);
      put(type, identifier, { ...properties, Arn: `arn:${identifier}` });
      return identifier;
    },
    update(type, identifier, patch) {
      const { properties } = existing(type, identifier);
      const fixed = patch.find(({ path }) => path === '/LogGroupName' || path === '/Name');
      if (fixed !== undefined) throw new ProviderRefused('NotUpdatable', `${fixed.path} is fixed`);
      put(type, identifier, patched(properties, patch));
    },
    delete(type, identifier) {
      existing(type, identifier);
      resources.delete(`${type} ${identifier}`);
    },
    read(type, identifier) {
      const found = resources.get(`${type} ${identifier}`);
      if (found === undefined) return undefined;
      const { SecretString: _, ...shown } = found.properties;
      return shown;
    },
    list: (type) => [...resources.values()].filter((one) => one.type === type),
  };
}

/** Applies operations on whole properties. */
function patched(properties: JsonObject, patch: readonly PatchOperation[]): JsonObject {
  const changed = { ...properties };
  for (const operation of patch) {
    const name = operation.path.slice(1);
    if (operation.op === 'remove') delete changed[name];
    else changed[name] = operation.value;
  }
  return changed;
}
