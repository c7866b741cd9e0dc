/** What is wrong with an event pattern; the service refuses such a rule with InvalidEventPatternException. */
import { isObject, type JsonValue } from '../../model/json.ts';
import { isAlternatives } from './pattern.ts';
import { operatorProblem } from './pattern-operators.ts';

/** All problems, each with the path of the field; none for a valid pattern. */
export function patternProblems(pattern: JsonValue, path = ''): string[] {
  if (!isObject(pattern)) return [`${path || 'The event pattern'} must be an object or an array`];
  const entries = Object.entries(pattern);
  if (entries.length === 0) return [`Empty objects are not allowed${path ? ` at ${path}` : ''}`];
  return entries.flatMap(([name, wanted]) => {
    const here = path ? `${path}.${name}` : name;
    if (name === '$or' && isAlternatives(wanted)) {
      return wanted.flatMap((alternative, index) => patternProblems(alternative, `${here}[${index}]`));
    }
    return Array.isArray(wanted) ? leafProblems(wanted, here) : patternProblems(wanted, here);
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
