import { duration } from './style.ts';

/** Formats an instant as `2026-11-21 09:12 UTC`. */
export function instant(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Formats the distance to an instant: `in 3 days`, `in 2 h 5 min`, `20 min 0 s ago`. */
export function span(now: string, at: string): string {
  const seconds = (Date.parse(at) - Date.parse(now)) / 1000;
  const far = Math.abs(seconds);
  const text = far >= 48 * 3600 ? `${Math.round(far / 86_400)} days` : duration(far);
  return seconds >= 0 ? `in ${text}` : `${text} ago`;
}
