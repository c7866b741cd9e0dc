import { applicationFacts } from './application/index.ts';
import { databaseFacts } from './database/index.ts';
import type { Fact } from './fact.ts';
import { generalFacts } from './general/index.ts';
import { identityFacts } from './identity/index.ts';
import { networkFacts } from './network/index.ts';
import { secretsFacts } from './secrets/index.ts';
import { statementFacts } from './statements/index.ts';
import { storageFacts } from './storage/index.ts';

/** Every fact that a policy can read as `context.facts.NAME`. docs/policy-facts.md lists them for rule authors. */
export const facts: readonly Fact[] = [
  ...applicationFacts,
  ...databaseFacts,
  ...generalFacts,
  ...identityFacts,
  ...networkFacts,
  ...secretsFacts,
  ...statementFacts,
  ...storageFacts,
];

const byType = Map.groupBy(
  facts.flatMap((fact) => fact.types.map((type) => ({ type, fact }))),
  ({ type }) => type,
);

/** Returns the facts of one entity type by name: its own, and those of every type (`*`). */
export function factsOf(entityType: string): Map<string, Fact> {
  const own = [...(byType.get(entityType) ?? []), ...(byType.get('*') ?? [])];
  return new Map(own.map(({ fact }) => [fact.name, fact]));
}

const lookingBeside = new Set(facts.filter(({ looksBeside }) => looksBeside).map(({ name }) => name));

/** Tells whether a rule that reads these facts needs all resources of the request. */
export function looksBeside(rule: { facts: readonly string[] }): boolean {
  return rule.facts.some((name) => lookingBeside.has(name));
}
