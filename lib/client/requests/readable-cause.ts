import { isObject, type JsonValue } from '../../model/json.ts';

/**
 * Returns the cause of an execution's failure as a sentence. Causes contain JSON: a function's includes its stack
 * trace, and a nested execution's includes its description, which may contain another cause.
 */
export function readableCause(cause: string): string {
  const begin = cause.indexOf('{');
  const parsed = begin < 0 ? undefined : tryParse(cause.slice(begin));
  if (!isObject(parsed)) return cause;
  const { errorMessage, Error: name, Cause: inner } = parsed;
  if (typeof errorMessage === 'string') return `${cause.slice(0, begin)}${errorMessage}`;
  if (typeof inner !== 'string') return cause;
  return `${cause.slice(0, begin)}${typeof name === 'string' ? `${name}: ` : ''}${readableCause(inner)}`;
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // A long cause is truncated and then isn't valid JSON.
    return undefined;
  }
}
