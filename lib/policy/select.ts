import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput, type Problem } from '../model/errors.ts';
import type { Enforcement } from '../model/policy.ts';
import type { Environment } from '../model/settings.ts';
import { closest } from '../model/suggest.ts';
import { hashOfRules } from './bundle.ts';
import { findFramework, rulesOf } from './frameworks.ts';
import { builtInPacks, duplicates, loadPack, type PackSources, repeated } from './load-bundle.ts';
import type { PolicyBundle, PolicyRule } from './types.ts';

/** The settings of an environment that select its policies. */
export type Selection = Pick<Environment, 'policyPacks' | 'frameworks' | 'waivers'>;

/** Returns the packs that come with Baton, whose rules frameworks refer to. */
export function builtInPackNames(): string[] {
  return readdirSync(builtInPacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Returns every rule that comes with Baton, in mode `enforce`. Adds problems to `problems`. */
export function builtInRules(sources: Omit<PackSources, 'directories'>, problems: Problem[]): PolicyRule[] {
  const from = { ...sources, directories: [builtInPacks] };
  return builtInPackNames().flatMap((name) => loadPack({ name, mode: 'enforce' }, from, problems));
}

/** Returns the mode of every rule that the frameworks name: the strictest one applies. */
function wantedByFrameworks({ frameworks }: Selection, problems: Problem[]): Map<string, Enforcement> {
  const wanted = new Map<string, Enforcement>();
  for (const { name, mode } of frameworks)
    for (const rule of rulesOfFramework(name, problems)) wanted.set(rule, stricter(mode, wanted.get(rule)));
  return wanted;
}

function rulesOfFramework(name: string, problems: Problem[]): string[] {
  try {
    return rulesOf(findFramework(name));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

function stricter(mode: Enforcement, other: Enforcement | undefined): Enforcement {
  return mode === 'enforce' || other === 'enforce' ? 'enforce' : 'warn';
}

/** A waiver for a rule that isn't used is a mistake, usually a misspelled name. */
function unknownWaivers({ waivers }: Selection, rules: readonly PolicyRule[]): Problem[] {
  const known = new Set(rules.map(({ id }) => id));
  return waivers
    .filter(({ rule }) => !known.has(rule))
    .map(({ rule }) => {
      const near = closest(rule, known);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      const message = `the environment has a waiver of ${rule}, but no rule of that name${hint}`;
      return { code: 'UnknownRule', message, path: 'waivers' };
    });
}

/** Reports packs that don't exist, with a suggestion. */
function missingPacks({ policyPacks }: Selection, directories: string[]): Problem[] {
  const names = [...builtInPackNames(), ...policyPacks.map(({ name }) => name)];
  return policyPacks
    .filter(({ name }) => !directories.some((directory) => existsSync(join(directory, name))))
    .flatMap(({ name }) => {
      const near = closest(
        name,
        names.filter((one) => one !== name),
      );
      if (near === undefined) return [];
      return [{ code: 'UnknownPack', message: `policy pack ${name}: did you mean ${near}?`, path: '' }];
    });
}

/**
 * Returns the policies of an environment: all rules of its packs, and the rules that come with Baton and that its
 * frameworks name. A rule that both select gets the stricter mode.
 * @throws InvalidInput with every problem: unknown packs, frameworks and waived rules, and the problems that
 * `loadBundle` finds
 */
export function selectPolicies(selection: Selection, sources: PackSources): PolicyBundle {
  const problems: Problem[] = [...repeated(selection.policyPacks), ...repeatedFrameworks(selection)];
  const ofPacks = selection.policyPacks.flatMap((pack) => loadPack(pack, sources, problems));
  const wanted = wantedByFrameworks(selection, problems);
  const offered = wanted.size > 0 ? builtInRules(sources, problems) : [];
  const chosen = new Set(ofPacks.map(({ key }) => key));
  const ofFrameworks = offered.filter(({ id, key }) => wanted.has(id) && !chosen.has(key));
  const policies = [...ofPacks, ...ofFrameworks].map((rule): PolicyRule => {
    const mode = wanted.get(rule.id);
    if (mode === undefined) return rule;
    return { ...rule, mode: chosen.has(rule.key) ? stricter(mode, rule.mode) : mode };
  });
  problems.push(...missingPacks(selection, sources.directories), ...duplicates(policies));
  // If a pack is broken, its rules would be reported as unknown too.
  if (problems.length === 0) {
    problems.push(...missingRules(wanted, policies), ...unknownWaivers(selection, policies));
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return { version: 1, policies, hash: hashOfRules(policies) };
}

function missingRules(wanted: Map<string, Enforcement>, rules: readonly PolicyRule[]): Problem[] {
  const there = new Set(rules.map(({ id }) => id));
  return [...wanted.keys()]
    .filter((rule) => !there.has(rule))
    .map((rule) => ({
      code: 'UnknownRule',
      message: `a framework names the rule ${rule}, which no pack that comes with Baton holds`,
      path: 'frameworks',
    }));
}

function repeatedFrameworks({ frameworks }: Selection): Problem[] {
  return [...Map.groupBy(frameworks, ({ name }) => name)].flatMap(([name, same]) =>
    same.length > 1
      ? [
          {
            code: 'DuplicateFramework',
            message: `the framework ${name} is named ${same.length} times`,
            path: '',
          },
        ]
      : [],
  );
}
