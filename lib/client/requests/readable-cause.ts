import { isObject, type JsonValue } from '../../model/json.ts';

/**
 * The cause of an execution's failure as a sentence: causes hold JSON, that of a function with its trace, that
 * of a nested execution with its whole description, which may hold another cause.
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
    // Long causes are cut off: they are no JSON any more.
    return undefined;
  }
}
