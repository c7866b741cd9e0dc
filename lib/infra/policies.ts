import { join } from 'node:path';
import { InvalidInput, type Problem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { builtInPacks, packCache, selectPolicies, serializeBundle } from '../policy/index.ts';
import { typeLookup } from '../spec/index.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Returns the validated policy bundle of every environment as text, by environment name: the contents of
 * `policies/ENVIRONMENT.json` next to the handlers, with the rules of its packs and frameworks. Packs come from Baton,
 * or from paths relative to `cdk.json`.
 *
 * @param types folder of the trimmed types
 * @throws InvalidInput with every problem of the packs, frameworks and waivers of all environments
 */
export function policyBundles(settings: Settings, types: string): Map<string, string> {
  const sources = { directories: [builtInPacks, root], lookup: typeLookup(types), cache: packCache(types) };
  const problems: Problem[] = [];
  const bundles = new Map<string, string>();
  for (const [name, environment] of Object.entries(settings.environments)) {
    try {
      bundles.set(name, serializeBundle(selectPolicies(environment, sources)));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems.map((problem) => inEnvironment(problem, name)));
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return bundles;
}

/** A problem without a file belongs to the settings. */
function inEnvironment(problem: Problem, environment: string): Problem {
  const path = `baton.environments.${environment}${problem.path && `.${problem.path}`}`;
  return problem.file === undefined ? { ...problem, path } : problem;
}
