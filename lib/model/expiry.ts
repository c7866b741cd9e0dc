/** A day, or an instant with its offset from UTC (ISO 8601). */
const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
const dayMilliseconds = 86_400_000;

/** Whether a text says when something expires: a real day, or an instant. */
export function isExpiry(text: string): boolean {
  const at = Date.parse(text);
  if (!form.test(text) || Number.isNaN(at)) return false;
  // A day that is none (February 30) is taken for one of the next month.
  const day = Date.parse(text.slice(0, 10));
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
}

/**
 * Whether what expires has expired: a day is over when it has ended in UTC, an instant when it is reached.
 * What is no expiry at all has expired.
 * @param now ISO 8601 instant
 */
export function hasExpired(expires: string, now: string): boolean {
  if (!isExpiry(expires)) return true;
  const end = Date.parse(expires) + (expires.length === 10 ? dayMilliseconds : 0);
  return !(Date.parse(now) < end);
}
