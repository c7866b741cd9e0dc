import { loadCedar, PolicyNotUsable } from './cedar.ts';
import type { PolicyBundle, PolicyRule } from './types.ts';

/** The policies of one entity type, ready to evaluate. An evaluation reads no others. */
export interface Slice {
  rules: PolicyRule[];
  /** The name of the set in Cedar's own cache. */
  preparsedId: string;
  byKey: Map<string, PolicyRule>;
  reads: Set<string>;
  facts: Set<string>;
  readsRoot: boolean;
}

export interface Slices {
  /**
   * Returns undefined if no policy applies to the type. `isRoot` is true for a resource itself, to which `*` policies
   * also apply.
   */
  of(entityType: string, isRoot: boolean): Slice | undefined;
  /** Entity types that policies name. */
  types: ReadonlySet<string>;
  /** Returns what the policies of a resource type and of all types nested in it read. */
  readsOf(rootType: string): ReadonlySet<string>;
}

function makeSlice(rules: PolicyRule[], preparsedId: string, textOf: (rule: PolicyRule) => string): Slice {
  const staticPolicies = Object.fromEntries(rules.map((rule) => [rule.key, textOf(rule)]));
  const answer = loadCedar().preparsePolicySet(preparsedId, { staticPolicies });
  if (answer.type === 'failure') {
    throw new PolicyNotUsable(answer.errors.map(({ message }) => message).join('; '));
  }
  return {
    rules,
    preparsedId,
    byKey: new Map(rules.map((rule) => [rule.key, rule])),
    reads: new Set(rules.flatMap((rule) => rule.reads)),
    facts: new Set(rules.flatMap((rule) => rule.facts)),
    readsRoot: rules.some((rule) => rule.readsRoot),
  };
}

/**
 * Groups the policies of a bundle by entity type. Each slice is parsed at its first use.
 * @param textOf the text of a rule to evaluate: the rule, or its scope only
 * @param name distinguishes the sets that Cedar caches for several engines
 * @throws PolicyNotUsable from `of` if Cedar can't parse a policy
 */
export function sliceByType(
  bundle: PolicyBundle,
  textOf: (rule: PolicyRule) => string,
  name: string,
): Slices {
  const index = Map.groupBy(
    bundle.policies.flatMap((rule) => rule.types.map((type) => ({ type, rule }))),
    ({ type }) => type,
  );
  const rulesOf = (type: string): PolicyRule[] => (index.get(type) ?? []).map(({ rule }) => rule);
  const slices = new Map<string, Slice | undefined>();
  const reads = new Map<string, ReadonlySet<string>>();
  return {
    types: new Set(index.keys()),
    of: (entityType, isRoot) => {
      const key = isRoot ? `${entityType} *` : entityType;
      if (!slices.has(key)) {
        const rules = isRoot ? [...rulesOf(entityType), ...rulesOf('*')] : rulesOf(entityType);
        slices.set(
          key,
          rules.length > 0 ? makeSlice(rules, `${bundle.hash} ${name} ${key}`, textOf) : undefined,
        );
      }
      return slices.get(key);
    },
    readsOf: (rootType) => {
      let known = reads.get(rootType);
      if (!known) {
        const own = [...index.keys()].filter(
          (type) => type === '*' || type === rootType || type.startsWith(`${rootType}::`),
        );
        known = new Set(own.flatMap(rulesOf).flatMap((rule) => rule.reads));
        reads.set(rootType, known);
      }
      return known;
    },
  };
}
