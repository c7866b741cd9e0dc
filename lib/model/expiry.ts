/** A date, or an instant with its offset from UTC (ISO 8601). */
const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
const dayMilliseconds = 86_400_000;

/** Tells whether a text is a valid expiry: an existing date, or an instant. */
export function isExpiry(text: string): boolean {
  const at = Date.parse(text);
  if (!form.test(text) || Number.isNaN(at)) return false;
  // A date that doesn't exist (February 30) is parsed as a date in the next month.
  const day = Date.parse(text.slice(0, 10));
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
}

/**
 * Tells whether an expiry has passed: a date when it has ended in UTC, an instant when it is reached. An invalid expiry
 * has passed.
 * @param now ISO 8601 instant
 */
export function hasExpired(expires: string, now: string): boolean {
  if (!isExpiry(expires)) return true;
  const end = Date.parse(expires) + (expires.length === 10 ? dayMilliseconds : 0);
  return !(Date.parse(now) < end);
}
