import { InvalidInput, type Problem } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { within } from '../template/intrinsic.ts';

/** Deeper than any service accepts, and far below the recursion limit. */
export const depthMax = 200;
/** More than the properties of 10,000 resources. */
const nodesMax = 5_000_000;

/** Names that JavaScript objects inherit. No resource type has a property with such a name. */
const inheritedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Returns problems that later code can't handle: nesting too deep, a document too large, keys that objects inherit, and
 * texts that aren't valid Unicode. Works without recursion and stops after a hundred problems.
 */
export function limitProblems(document: unknown, base = ''): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, code: string, message: string) => problems.push({ path, code, message });
  const open: { value: unknown; path: string; depth: number }[] = [{ value: document, path: base, depth: 0 }];
  let nodes = 0;
  for (let next = open.pop(); next !== undefined && problems.length < 100; next = open.pop()) {
    const { value, path, depth } = next;
    nodes += 1;
    if (nodes > nodesMax) {
      add(base, 'TooLarge', `more than ${nodesMax} values; expected fewer in one request`);
      break;
    }
    if (typeof value === 'string' && !value.isWellFormed())
      add(path, 'NotUnicode', 'half a surrogate pair, which is not valid Unicode; write the whole character');
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= depthMax) {
      add(shortened(path), 'TooDeep', `nested more than ${depthMax} levels deep; expected fewer`);
      continue;
    }
    for (const [key, inner] of Object.entries(value)) {
      const here = within(path, Array.isArray(value) ? Number(key) : key);
      if (inheritedNames.has(key)) add(here, 'ReservedKey', `"${key}" can't be a key here; rename it`);
      else if (!key.isWellFormed())
        add(path, 'NotUnicode', 'a key holds half a surrogate pair; write the whole character');
      else open.push({ value: inner as JsonValue, path: here, depth: depth + 1 });
    }
  }
  return problems;
}

/** @throws InvalidInput with every such problem */
export function requireWithinLimits(document: unknown, base = ''): void {
  const problems = limitProblems(document, base);
  if (problems.length > 0) throw new InvalidInput(problems);
}

function shortened(path: string): string {
  return path.length <= 120 ? path : `${path.slice(0, 120)}…`;
}
