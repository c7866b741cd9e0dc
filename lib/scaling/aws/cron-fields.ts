/** A date of a calendar, of no zone. Weekdays count from Sunday, 0. */
export interface CalendarDay {
  year: number;
  month: number;
  day: number;
  weekday: number;
  daysInMonth: number;
}

/** Tells whether a day fits one part of a day field. */
export type DayRule = (day: CalendarDay) => boolean;

export interface FieldRange {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
  /** The number of the first name. */
  first?: number;
  /** Whether a range may go over the end, such as FRI-MON. */
  wraps?: boolean;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const ranges = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day of the month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, names: months, first: 1 },
  year: { name: 'year', min: 1970, max: 2199 },
  /** AWS counts Sunday as 1, Unix as 0 (and 7, in EC2 Auto Scaling). */
  awsWeekday: { name: 'day of the week', min: 1, max: 7, names: weekdays, first: 1, wraps: true },
  unixWeekday: { name: 'day of the week', min: 0, max: 6, names: weekdays, first: 0 },
} satisfies Record<string, FieldRange>;

export class CronError extends Error {
  override readonly name = 'CronError';
}

/** Reads `*`, `a`, `a-b` and lists of them, each with `/step`. `a/step` extends to the end of the range. */
export function readNumbers(text: string, range: FieldRange): number[] {
  const numbers = new Set(text.split(',').flatMap((item) => readItem(item, range)));
  return [...numbers].sort((a, b) => a - b);
}

function readItem(item: string, range: FieldRange): number[] {
  const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? refuse(item, range);
  if (from === '*' && to !== undefined) refuse(item, range);
  const first = from === '*' ? range.min : readValue(from, range);
  const last = to === undefined ? undefined : readValue(to, range);
  const open = from === '*' || step !== undefined;
  const end = last ?? (open ? range.max : first);
  const by = step === undefined ? 1 : Number(step);
  if (by < 1) refuse(item, range);
  const span = range.max - range.min + 1;
  if (end < first && range.wraps !== true) refuse(item, range);
  const length = end < first ? end + span - first : end - first;
  return Array.from(
    { length: Math.floor(length / by) + 1 },
    (_, index) => ((first - range.min + index * by) % span) + range.min,
  );
}

function readValue(text: string, range: FieldRange): number {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + (range.first ?? 0) : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.min && value <= range.max)) refuse(text, range);
  return value;
}

function refuse(text: string, { name, min, max, names }: FieldRange): never {
  const also = names === undefined ? '' : ` or ${names[0]} to ${names.at(-1)}`;
  throw new CronError(
    `${name} "${text}": expected *, numbers from ${min} to ${max}${also}, ranges, and steps`,
  );
}

/** Reads a day of the month of AWS: numbers, `L` (last), `L-n`, `LW` (last weekday), `nW` (weekday nearest to n). */
export function readAwsDay(text: string): DayRule {
  return anyOf(text, (item) => {
    const before = /^L(?:-(\d+))?$/i.exec(item);
    if (before) return ({ day, daysInMonth }) => day === daysInMonth - Number(before[1] ?? 0);
    if (/^LW$/i.test(item)) return (on) => on.day === nearestWeekday(on.daysInMonth, on);
    const nearest = /^(\d+)W$/i.exec(item);
    if (nearest) {
      const day = readValue(nearest[1] ?? '', ranges.day);
      return (on) => day <= on.daysInMonth && on.day === nearestWeekday(day, on);
    }
    const days = new Set(readNumbers(item, ranges.day));
    return ({ day }) => days.has(day);
  });
}

/** Reads a day of the week of AWS: numbers and names, `L` (Saturday), `nL` (the last of the month), `n#k` (the k-th). */
export function readAwsWeekday(text: string): DayRule {
  return anyOf(text, (item) => {
    if (/^L$/i.test(item)) return ({ weekday }) => weekday === 6;
    const last = /^(\w+)L$/i.exec(item);
    if (last) {
      const wanted = readValue(last[1] ?? '', ranges.awsWeekday) - 1;
      return ({ weekday, day, daysInMonth }) => weekday === wanted && day > daysInMonth - 7;
    }
    const nth = /^(\w+)#([1-5])$/.exec(item);
    if (nth) {
      const wanted = readValue(nth[1] ?? '', ranges.awsWeekday) - 1;
      return ({ weekday, day }) => weekday === wanted && Math.ceil(day / 7) === Number(nth[2]);
    }
    const days = new Set(readNumbers(item, ranges.awsWeekday).map((number) => number - 1));
    return ({ weekday }) => days.has(weekday);
  });
}

function anyOf(text: string, read: (item: string) => DayRule): DayRule {
  const rules = text.split(',').map(read);
  return (day) => rules.some((rule) => rule(day));
}

/** Returns the day from Monday to Friday that is nearest to a day, in the same month. */
function nearestWeekday(day: number, on: CalendarDay): number {
  const weekday = (((on.weekday + day - on.day) % 7) + 7) % 7;
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < on.daysInMonth ? day + 1 : day - 2;
  return day;
}
