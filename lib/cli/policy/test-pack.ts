import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import {
  builtInPacks,
  createEngine,
  type PackSources,
  type PolicyEngine,
  type PolicyRule,
  selectPolicies,
} from '../../policy/index.ts';
import { caseFiles, outcomeOf, readCases, ruleFileOf } from './cases.ts';

/** A problem of a rule or its cases, as a sentence. */
export interface CaseProblem {
  rule: string;
  message: string;
}

export interface PackResult {
  pack: string;
  rules: number;
  cases: number;
  problems: CaseProblem[];
}

const wanted = ['pass', 'fail', 'skip'] as const;

/** Returns the folder of a pack's cases: its folder `tests`, or Baton's own tests for packs that come with Baton. */
function casesFolder(pack: string, directories: readonly string[]): string {
  const own = isAbsolute(pack) ? [] : [resolve(builtInPacks, pack)].filter(existsSync);
  if (own.length > 0) return join(import.meta.dirname, '..', '..', '..', 'test', 'policies', pack);
  const folder = directories.map((directory) => resolve(directory, pack)).find(existsSync) ?? pack;
  return join(folder, 'tests');
}

/**
 * Checks a pack and runs its cases. Each rule needs at least one case that passes, one that fails and one that is
 * skipped.
 * @throws InvalidInput with every problem of its policies; InvalidCases for a file of cases that can't be read
 */
export function testPack(pack: string, sources: PackSources): PackResult {
  const selection = { policyPacks: [{ name: pack, mode: 'enforce' as const }], frameworks: [], waivers: [] };
  const bundle = selectPolicies(selection, sources);
  const engine = createEngine(bundle, sources.lookup);
  const folder = casesFolder(pack, sources.directories);
  const rules = [...new Map(bundle.policies.toReversed().map((rule) => [rule.id, rule])).values()];
  const results = rules.toReversed().map((rule) => testRule(engine, rule, folder));
  const names = new Set(rules.map(ruleFileOf));
  const orphans = caseFiles(folder)
    .filter((file) => !names.has(file))
    .map((file) => ({ rule: file, message: `${join(folder, file)}.yaml belongs to no rule of the pack` }));
  return {
    pack,
    rules: rules.length,
    cases: results.reduce((sum, { cases }) => sum + cases, 0),
    problems: [...results.flatMap(({ problems }) => problems), ...orphans],
  };
}

function testRule(
  engine: PolicyEngine,
  rule: PolicyRule,
  folder: string,
): Pick<PackResult, 'cases' | 'problems'> {
  const cases = readCases(folder, ruleFileOf(rule));
  const missing = wanted.filter((expected) => cases.every((one) => one.expect !== expected));
  const file = join(folder, `${ruleFileOf(rule)}.yaml`);
  const gaps = missing.map((expected) => ({
    rule: rule.id,
    message: `has no case to ${expected} in ${file}`,
  }));
  const failing = cases.flatMap((one) => {
    const got = outcomeOf(engine, rule.id, one);
    return got === one.expect
      ? []
      : [{ rule: rule.id, message: `${one.name}: expected ${one.expect}, got ${got}` }];
  });
  return { cases: cases.length, problems: [...failing, ...gaps] };
}
