import { deniesInsecureTransport } from './denies-insecure-transport.ts';
import type { Fact } from './fact.ts';
import { openToWorld } from './open-to-world.ts';

/** Every fact a policy may read as `context.facts.NAME`; docs/policies.md lists them for writers of rules. */
export const facts: readonly Fact[] = [deniesInsecureTransport, openToWorld];

const byType = Map.groupBy(
  facts.flatMap((fact) => fact.types.map((type) => ({ type, fact }))),
  ({ type }) => type,
);

/** The facts of one entity type, by name: its own, and those of every type (`*`). */
export function factsOf(entityType: string): Map<string, Fact> {
  const own = [...(byType.get(entityType) ?? []), ...(byType.get('*') ?? [])];
  return new Map(own.map(({ fact }) => [fact.name, fact]));
}
