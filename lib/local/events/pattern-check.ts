/** Validates event patterns. The service rejects a rule with an invalid one with InvalidEventPatternException. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { clauseCount, clausesOf, isAlternatives } from './pattern-fields.ts';
import { operatorProblem } from './pattern-problems.ts';
import { isTooComplex } from './pattern-wildcard.ts';

/** Source: Amazon EventBridge User Guide, "Comparison operators ...", Or matching. */
const clausesMax = 1_000;

/** Returns all problems, each with the path of its field. Empty for a valid pattern. */
export function patternProblems(pattern: JsonValue): string[] {
  const problems = objectProblems(pattern, '');
  if (problems.length > 0 || !isObject(pattern)) return problems;
  const count = clauseCount(pattern);
  if (count > clausesMax)
    return [`The alternatives of $or come to ${count} combinations; at most ${clausesMax} are supported`];
  return tooComplex(pattern);
}

function objectProblems(pattern: JsonValue, path: string): string[] {
  if (!isObject(pattern)) return [`${path || 'The event pattern'} must be an object or an array`];
  const entries = Object.entries(pattern);
  if (entries.length === 0) return [`Empty objects are not allowed${path ? ` at ${path}` : ''}`];
  return entries.flatMap(([name, wanted]) => {
    const here = path ? `${path}.${name}` : name;
    if (name === '$or' && isAlternatives(wanted)) {
      return wanted.flatMap((alternative, index) => objectProblems(alternative, `${here}[${index}]`));
    }
    return Array.isArray(wanted) ? leafProblems(wanted, here) : objectProblems(wanted, here);
  });
}

function leafProblems(alternatives: JsonValue[], path: string): string[] {
  if (alternatives.length === 0) return [`Empty arrays are not allowed at ${path}`];
  return alternatives.flatMap((alternative) => {
    if (Array.isArray(alternative))
      return [`${path}: a match value must be a string, number, true, false, or null`];
    const problem = isObject(alternative) ? operatorProblem(alternative) : undefined;
    return problem === undefined ? [] : [`${path}: ${problem}`];
  });
}

function tooComplex(pattern: JsonObject): string[] {
  const groupsByPath = new Map<string, Map<string, string[]>>();
  for (const clause of clausesOf(pattern))
    for (const [path, alternatives] of clause)
      for (const alternative of alternatives) {
        const group = wildcardsOf(alternative);
        if (group.length === 0) continue;
        const groups = groupsByPath.get(path) ?? new Map<string, string[]>();
        groupsByPath.set(path, groups.set(JSON.stringify(alternative), group));
      }
  return [...groupsByPath].flatMap(([path, groups]) =>
    isTooComplex([...groups.values()])
      ? [
          `${path}: Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character`,
        ]
      : [],
  );
}

function wildcardsOf(alternative: JsonValue): string[] {
  if (!isObject(alternative)) return [];
  const but = alternative['anything-but'];
  const wildcards = alternative.wildcard ?? (isObject(but) ? but.wildcard : undefined) ?? [];
  return [wildcards].flat().filter((one) => typeof one === 'string');
}
