import { join } from 'node:path';
import { anyScopeIn } from '../change/bindings.ts';
import { builtInGovernance, loadGovernance } from '../change/governance-bundle.ts';
import { InvalidInput, type Problem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Returns the validated governance of every environment as text, by environment name: the contents of
 * `governance/ENVIRONMENT.json` next to the handlers. Packs come from Baton, or from paths relative to `cdk.json`.
 *
 * @throws InvalidInput with every problem of every environment
 */
export function governanceBundles(settings: Settings): Map<string, string> {
  const problems: Problem[] = [];
  const bundles = new Map<string, string>();
  for (const [name, environment] of Object.entries(settings.environments)) {
    try {
      const bundle = loadGovernance(
        settings,
        environment,
        [builtInGovernance, root],
        anyScopeIn(settings, name),
      );
      bundles.set(name, JSON.stringify(bundle));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(
        ...error.problems.map((one) => ({
          ...one,
          path: `environments.${name}.${one.path}`.replace(/\.$/, ''),
        })),
      );
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return bundles;
}
