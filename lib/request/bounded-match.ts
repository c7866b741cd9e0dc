import { createContext, Script } from 'node:vm';

/** A template's pattern finishes in microseconds or never. The limit leaves room for a busy machine. */
const millisecondsMax = 500;
const script = new Script('pattern.test(text)');
/** Patterns that timed out. They are not tried again, so that many parameters with one pattern cost its time once. */
const slow = new Set<string>();

/**
 * Tells whether a pattern matches a text, or returns undefined after a timeout. The patterns are Java patterns with
 * lookaround and backreferences, which no engine matches in linear time, so the time is limited (`timeout`, "VM",
 * Node.js API).
 */
export function matchesInTime(pattern: RegExp, text: string): boolean | undefined {
  // A pattern without repetition can't backtrack much.
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

/** The error comes from another realm, so it isn't an instance of our Error. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
