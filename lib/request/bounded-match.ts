import { createContext, Script } from 'node:vm';

/** A pattern of a template is done in microseconds, or never; the machine may be busy with something else meanwhile. */
const millisecondsMax = 500;
const script = new Script('pattern.test(text)');
/** Patterns that took too long: not tried again, so that many parameters of one pattern cost its time once. */
const slow = new Set<string>();

/**
 * Whether a pattern matches a text; undefined where that takes too long. The patterns are Java's, with look-arounds
 * and references back, which no engine matches in linear time: so the time is bounded (`timeout`, "VM", Node.js API).
 */
export function matchesInTime(pattern: RegExp, text: string): boolean | undefined {
  // Without a repetition there is nothing to try again.
  if (!/[*+{]/.test(pattern.source)) return pattern.test(text);
  if (slow.has(pattern.source)) return undefined;
  try {
    return script.runInContext(createContext({ pattern, text }), { timeout: millisecondsMax }) === true;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    if (slow.size > 1000) slow.clear();
    slow.add(pattern.source);
    return undefined;
  }
}

/** The error is not of this realm: it is no instance of our Error. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
