import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';
import type { JsonValue } from '../model/json.ts';
import { sortedUnique } from './order.ts';
import { argument, attributesOf, chainOf, clausesOf, operationOf, walk } from './syntax-tree.ts';

/** What a policy reads. Nothing else needs to be encoded, and only unknown values in it matter. */
export interface Reads {
  reads: string[];
  facts: string[];
  readsRoot: boolean;
  focus: string;
}

function isTagTest(name: string): boolean {
  return name === 'hasTag' || name === 'getTag';
}

function collect(body: JsonValue, attributes: Set<string>, facts: Set<string>): void {
  walk(body, (operation) => {
    const chain = chainOf({ [operation.name]: operation.args });
    if (chain?.[0] === 'context' && chain[1] === 'facts' && chain[2]) facts.add(chain[2]);
    if (operation.name === '.' || operation.name === 'has') {
      for (const name of attributesOf(operation)) attributes.add(name);
    }
    if (!isTagTest(operation.name)) return;
    const of = chainOf(argument(operation, 'left'));
    if (of?.at(-1) === 'resource' || (of?.[0] === 'context' && of.length === 2)) attributes.add('#tags');
  });
}

/** Tells whether one path is a prefix of the other. */
function isPrefix(short: string[], long: string[]): boolean {
  return short.every((part, index) => part === long[index]);
}

/**
 * Returns the deepest path that a clause reads if all its reads lie on that path, and their common prefix otherwise.
 */
function focusOf(body: JsonValue): string {
  const chains: string[][] = [];
  walk(body, (operation) => {
    const chain = chainOf({ [operation.name]: operation.args });
    if (chain?.[0] === 'resource' && chain.length > 1) chains.push(chain.slice(1));
  });
  const deepest = chains.toSorted((a, b) => b.length - a.length)[0] ?? [];
  let shared = deepest;
  while (!chains.every((chain) => isPrefix(chain, shared) || isPrefix(shared, chain))) {
    shared = shared.slice(0, -1);
  }
  return shared.join('.');
}

/** Returns what the policy reads over all its clauses. Its focus is what the last clause checks. */
export function readsOf(policy: PolicyJson): Reads {
  const attributes = new Set<string>();
  const facts = new Set<string>();
  let readsRoot = false;
  const clauses = clausesOf(policy);
  for (const { body } of clauses) {
    collect(body, attributes, facts);
    walk(body, (operation) => {
      const inner = operationOf(argument(operation, 'left'));
      const isContext = inner?.name === 'Var' && inner.args === 'context';
      if (operation.name === '.' && isContext && attributesOf(operation)[0] === 'root') readsRoot = true;
    });
  }
  const focus = focusOf(clauses.at(-1)?.body ?? null);
  return { reads: sortedUnique(attributes), facts: sortedUnique(facts), readsRoot, focus };
}
