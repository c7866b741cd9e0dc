import { facts } from '../../policy/facts/table.ts';
import { controlsOf, frameworks } from '../../policy/frameworks.ts';
import type { PolicyBundle, PolicyRule } from '../../policy/index.ts';

/** A rule as users know it, regardless of the number of its policies. */
export interface RuleDescription {
  rule: string;
  pack: string;
  severity: PolicyRule['severity'];
  message: string;
  remedy?: string;
  /** The entity types that it evaluates. */
  types: string[];
  facts: { name: string; description: string }[];
  alternatives: string[];
  aliases: string[];
  frameworks: { name: string; title: string; controls: string[] }[];
  policies: string[];
}

/** Returns every rule of a bundle, sorted by id. */
export function describeRules({ policies }: PolicyBundle, ids: readonly string[]): RuleDescription[] {
  const byId = Map.groupBy(policies, ({ id }) => id);
  return [...ids].sort().flatMap((id) => {
    const parts = byId.get(id) ?? [];
    const [first] = parts;
    return first ? [describe(first, parts)] : [];
  });
}

function describe(first: PolicyRule, parts: readonly PolicyRule[]): RuleDescription {
  const { id, pack, severity, message, remedy } = first;
  const each = (of: (rule: PolicyRule) => readonly string[]): string[] =>
    [...new Set(parts.flatMap(of))].sort();
  const read = new Set(each((rule) => rule.facts));
  const types = each((rule) => rule.types);
  return {
    ...{ rule: id, pack, severity, message, ...(remedy !== undefined && { remedy }), types },
    facts: facts
      .filter(
        (fact) => read.has(fact.name) && fact.types.some((type) => type === '*' || types.includes(type)),
      )
      .map(({ name, description }) => ({ name, description })),
    alternatives: each((rule) => rule.alternatives),
    aliases: each((rule) => rule.aliases),
    frameworks: frameworks()
      .map((framework) => ({
        name: framework.name,
        title: framework.title,
        controls: controlsOf(framework, id),
      }))
      .filter(({ controls }) => controls.length > 0),
    policies: parts.map(({ text }) => text),
  };
}
