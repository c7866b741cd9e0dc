import { join } from 'node:path';
import type { Settings } from '../model/settings.ts';
import { builtInPacks, loadBundle, serializeBundle } from '../policy/index.ts';
import { typeLookup } from '../spec/index.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * The checked policy bundle of every environment, environment name → text: what `policies/ENVIRONMENT.json`
 * beside the handlers holds. Packs are looked for among those that come with Baton, then beside `cdk.json`.
 *
 * @param types folder of the cut types
 * @throws InvalidInput with every problem of a pack
 */
export function policyBundles(settings: Settings, types: string): Map<string, string> {
  const lookup = typeLookup(types);
  return new Map(
    Object.entries(settings.environments).map(([name, { policyPacks }]) => [
      name,
      serializeBundle(loadBundle(policyPacks, [builtInPacks, root], lookup)),
    ]),
  );
}
