/**
 * The meaning of a rule, computed by brute force: for every minute, what the clocks of the zone show, and for every
 * day, whether the rule names it. Shares nothing with the product except Node's time zones.
 */

const minute = 60_000;
const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the local time in a zone at an instant: `2026-03-29T02:30`. */
export function shown(zone: string, instant: number): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(zone, format);
  return format.format(instant).replace(' ', 'T');
}

/**
 * Returns the instant of a wall time by checking every minute around it: the first that shows it. For a skipped time,
 * returns the time that an unadjusted clock would have shown.
 */
export function instantOf(zone: string, wall: string): number {
  const naive = Date.parse(`${wall}Z`);
  // Starts hours before, when the previous offset applies.
  for (let at = naive - 16 * 60 * minute; at <= naive + 16 * 60 * minute; at += minute)
    if (shown(zone, at) === wall) return at;
  for (let at = naive - 16 * 60 * minute; at <= naive + 16 * 60 * minute; at += minute)
    if (shown(zone, at) > wall) {
      const before = at - minute;
      return before + (naive - Date.parse(`${shown(zone, before)}Z`));
    }
  throw new Error(`no ${wall} in ${zone}`);
}

export interface OracleRule {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  wkst: number;
  bymonth?: number[];
  bymonthday?: number[];
  byday?: [nth: number, weekday: number][];
  bysetpos?: number[];
}

const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

export function ruleText({ freq, interval, wkst, bymonth, bymonthday, byday, bysetpos }: OracleRule): string {
  const parts: [string, string | undefined][] = [
    ['FREQ', freq],
    ['INTERVAL', String(interval)],
    ['WKST', names[wkst]],
    ['BYMONTH', bymonth?.join()],
    ['BYMONTHDAY', bymonthday?.join()],
    ['BYDAY', byday?.map(([nth, weekday]) => `${nth || ''}${names[weekday]}`).join()],
    ['BYSETPOS', bysetpos?.join()],
  ];
  return parts
    .filter(([, text]) => text !== undefined)
    .map((pair) => pair.join('='))
    .join(';');
}

/** Returns the days, as midnights in UTC, that a rule names between a start and an end. Counts from the start. */
export function daysOf(rule: OracleRule, start: number, end: number): number[] {
  const periods = new Map<number, number[]>();
  for (let at = start - 400 * day; at <= end + 400 * day; at += day) {
    const period = periodOf(rule, at) - periodOf(rule, start);
    if (period < 0 || period % rule.interval !== 0 || !named(rule, new Date(at), new Date(start))) continue;
    periods.set(period, [...(periods.get(period) ?? []), at]);
  }
  return [...periods.keys()]
    .sort((a, b) => a - b)
    .flatMap((period) => {
      const days = periods.get(period) ?? [];
      const { bysetpos } = rule;
      return days.filter(
        (_, at) => bysetpos?.some((n) => (n > 0 ? n - 1 === at : days.length + n === at)) ?? true,
      );
    })
    .filter((at) => at >= start && at <= end);
}

function periodOf({ freq, wkst }: OracleRule, at: number): number {
  const date = new Date(at);
  if (freq === 'DAILY') return at / day;
  if (freq === 'MONTHLY') return date.getUTCFullYear() * 12 + date.getUTCMonth();
  if (freq === 'YEARLY') return date.getUTCFullYear();
  // The first day of its week.
  let first = at;
  while (new Date(first).getUTCDay() !== wkst) first -= day;
  return Math.round(first / day / 7);
}

function named(rule: OracleRule, date: Date, start: Date): boolean {
  const { freq, bymonth, bymonthday, byday } = rule;
  const [year, month, number] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (bymonth && !bymonth.includes(month + 1)) return false;
  if (bymonthday && !bymonthday.some((n) => (n > 0 ? n : lastOfMonth + 1 + n) === number)) return false;
  if (byday) return byday.some(([nth, weekday]) => date.getUTCDay() === weekday && isNth(rule, date, nth));
  if (freq === 'WEEKLY') return date.getUTCDay() === start.getUTCDay();
  if (freq === 'DAILY' || bymonthday) return true;
  if (freq === 'YEARLY' && !bymonth && month !== start.getUTCMonth()) return false;
  return number === start.getUTCDate();
}

/** Counts one by one from the start of the month or year, or from its end. */
function isNth({ freq, bymonth }: OracleRule, date: Date, nth: number): boolean {
  if (nth === 0) return true;
  const same = (at: number) =>
    new Date(at).getUTCFullYear() === date.getUTCFullYear() &&
    ((freq === 'YEARLY' && !bymonth) || new Date(at).getUTCMonth() === date.getUTCMonth());
  let count = 1;
  const step = (nth > 0 ? -7 : 7) * day;
  for (let at = date.getTime() + step; same(at); at += step) count += 1;
  return count === Math.abs(nth);
}
