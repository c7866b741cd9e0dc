import type { Located } from './decide.ts';
import type { Node } from './node.ts';
import type { PolicyRule } from './types.ts';

/** A rule that was evaluated for an entity of a resource, or that applies to it. */
export interface Put {
  rule: PolicyRule;
  node: Node;
}

/** Returns which of the given rules are alternatives of each other, in both directions. */
export function alternativesAmong(rules: readonly PolicyRule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Set(rules.map(({ id }) => id));
  const pairs = rules.flatMap(({ id, alternatives }) =>
    alternatives
      .filter((other) => other !== id && ids.has(other))
      .map((other): [string, string] => [id, other]),
  );
  const bothWays = Map.groupBy(
    pairs.flatMap(([one, other]): [string, string][] => [
      [one, other],
      [other, one],
    ]),
    ([id]) => id,
  );
  return new Map([...bothWays].map(([id, others]) => [id, new Set(others.map(([, other]) => other))]));
}

function keyOf({ uid }: Node, rule: string): string {
  return `${uid.type} ${uid.id} ${rule}`;
}

/**
 * Removes findings that an alternative rule compensates for: one that applies to the same entity and has no finding
 * there. If an alternative still waits for values, the findings wait too. An alternative that doesn't certainly apply
 * to the entity compensates for nothing.
 * @param spoken the rules that certainly apply to each entity; called only if needed
 */
export function settleAlternatives(
  located: readonly Located[],
  alternatives: ReadonlyMap<string, ReadonlySet<string>>,
  spoken: () => readonly Put[],
): Located[] {
  const concerned = located.filter(({ finding }) => alternatives.has(finding.rule.id));
  if (concerned.length === 0) return [...located];
  const byPlace = Map.groupBy(concerned, ({ finding, node }) => keyOf(node, finding.rule.id));
  const speaking = new Set(spoken().map(({ rule, node }) => keyOf(node, rule.id)));
  return located.flatMap((one): Located[] => {
    const others = [...(alternatives.get(one.finding.rule.id) ?? [])];
    const places = others.map((other) => keyOf(one.node, other));
    if (places.some((place) => speaking.has(place) && !byPlace.has(place))) return [];
    const waiting = places.flatMap((place) => {
      const found = (byPlace.get(place) ?? []).map(({ finding }) => finding);
      const unknowns = found.map((finding) => (finding.kind === 'open' ? finding.unknowns : undefined));
      return unknowns.every((list) => list !== undefined) ? unknowns.flat() : [];
    });
    if (waiting.length === 0) return [one];
    const own = one.finding.kind === 'open' ? one.finding.unknowns : [];
    return [{ ...one, finding: { rule: one.finding.rule, kind: 'open', unknowns: [...own, ...waiting] } }];
  });
}
