import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidInput, type Problem } from '../../model/errors.ts';
import type { Settings } from '../../model/settings.ts';
import { didYouMean } from '../../model/suggest.ts';
import { findFramework, rulesOf } from '../../policy/frameworks.ts';
import {
  builtInPackNames,
  builtInPacks,
  type PackSources,
  type PolicyBundle,
  packCache,
  selectPolicies,
} from '../../policy/index.ts';
import { ensureTypes, typeLookup } from '../../spec/index.ts';
import { fileSettings } from '../settings-file.ts';
import { UsageError } from '../usage-error.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The rules that a command line selects. */
export interface RuleChoice {
  framework?: readonly string[];
  pack?: readonly string[];
  rule?: readonly string[];
  /** Whether rule names are case-insensitive. */
  anyCase?: boolean;
  environment?: string;
}

/** The rules that a command uses. */
export interface ChosenRules {
  bundle: PolicyBundle;
  /** Ids of the selected rules, sorted. */
  ids: string[];
}

/** Where to search for packs: those that come with Baton, relative to `cdk.json`, and in the current folder. */
export function packSources(): PackSources {
  const types = ensureTypes();
  const directories = [builtInPacks, root, process.cwd()];
  return { directories, lookup: typeLookup(types), cache: packCache(types) };
}

/** Returns the custom packs in the settings. */
export function ownPacks(): string[] {
  const environments = Object.values(fileSettings()?.environments ?? {});
  const names = environments.flatMap(({ policyPacks }) => policyPacks.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !existsSync(resolve(builtInPacks, name)));
}

/**
 * Returns the rules of the selected packs (by default all that come with Baton, or those of an environment), limited to
 * the selected frameworks and rules.
 * @throws UsageError for unknown names; InvalidInput with every problem of a pack
 */
export function chosenRules(
  choice: RuleChoice,
  sources: PackSources,
  packs?: readonly string[],
): ChosenRules {
  const bundle = selectPolicies(selectionOf(choice, packs), sources);
  const all = new Set(bundle.policies.map(({ id }) => id));
  const { framework = [] } = choice;
  const rule = (choice.rule ?? []).map((name) => (choice.anyCase ? inCase(name, all) : name));
  const unknown = rule.filter((id) => !all.has(id));
  if (unknown.length > 0)
    throw new UsageError(unknown.map((id) => `there is no rule ${id} here${didYouMean(id, all)}`));
  const named = [...frameworkRules(framework), ...rule];
  const ids = framework.length + rule.length === 0 ? [...all] : named.filter((id) => all.has(id));
  return { bundle, ids: [...new Set(ids)].sort() };
}

/** Returns the id in its own spelling for a name that differs only by case. */
function inCase(name: string, ids: ReadonlySet<string>): string {
  return [...ids].find((id) => id.toLowerCase() === name.toLowerCase()) ?? name;
}

function selectionOf({ pack = [], environment }: RuleChoice, packs: readonly string[] = builtInPackNames()) {
  const named = pack.map((name) => ({ name, mode: 'enforce' as const }));
  if (environment === undefined) {
    const chosen = pack.length > 0 ? named : packs.map((name) => ({ name, mode: 'enforce' as const }));
    return { policyPacks: chosen, frameworks: [], waivers: [] };
  }
  const { policyPacks, frameworks } = settingsOf(environment);
  const further = named.filter(({ name }) => policyPacks.every((one) => one.name !== name));
  return { policyPacks: [...policyPacks, ...further], frameworks, waivers: [] };
}

function settingsOf(environment: string): Settings['environments'][string] {
  const environments = fileSettings()?.environments ?? {};
  const found = environments[environment];
  if (found !== undefined) return found;
  const names = Object.keys(environments);
  const expected = names.length > 0 ? `; expected one of ${names.join(', ')}` : ': cdk.json names none';
  throw new UsageError([`there is no environment ${JSON.stringify(environment)}${expected}`]);
}

/** @throws UsageError with every unknown framework */
export function frameworkRules(names: readonly string[]): string[] {
  const problems: Problem[] = [];
  const rules = names.flatMap((name) => {
    try {
      return rulesOf(findFramework(name));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new UsageError(problems.map(({ message }) => message));
  return rules;
}
