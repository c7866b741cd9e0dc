/** The fields of a cron expression: `,` `-` `*` `?` `/`, and for days `L` `W` `#`. See schedule.ts for the source. */

interface Range {
  min: number;
  max: number;
  names?: string[];
}

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const ranges = {
  minutes: { min: 0, max: 59 },
  hours: { min: 0, max: 23 },
  dayOfMonth: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: monthNames },
  dayOfWeek: { min: 1, max: 7, names: dayNames },
  year: { min: 1970, max: 2199 },
} satisfies Record<string, Range>;
export type FieldName = keyof typeof ranges;

/** Returns the numbers that a field stands for. Throws if the field is invalid. */
export function parseField(text: string, name: FieldName): Set<number> {
  const range: Range = ranges[name];
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|[A-Za-z]{3}|\d+)(?:-([A-Za-z]{3}|\d+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new Error(`${name} can't be "${part}"`);
    const [, first = '', last, step] = match;
    const from = first === '*' ? range.min : numberOf(first, name, range);
    const openEnd = first === '*' || step !== undefined ? range.max : from;
    const to = last === undefined ? openEnd : numberOf(last, name, range);
    if (Number(step) === 0) throw new Error(`${name}: the step in "${part}" must be positive`);
    // FRI-MON wraps around the end of the week.
    const end = to < from ? to + (range.max - range.min + 1) : to;
    for (let value = from; value <= end; value += Number(step ?? 1)) {
      values.add(value > range.max ? value - (range.max - range.min + 1) : value);
    }
  }
  return values;
}

function numberOf(text: string, name: string, range: Range): number {
  const index = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = index >= 0 ? index + range.min : Number(text);
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    throw new Error(`${name} takes ${range.min} to ${range.max}, not ${text}`);
  }
  return value;
}

/** Tells whether a day, given as midnight UTC, is in the schedule. */
export type DayMatcher = (day: Date) => boolean;

/** One of the two fields must be `?`: the service rejects both. */
export function dayMatcher(dayOfMonth: string, dayOfWeek: string): DayMatcher {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error('one of day-of-month and day-of-week must be ?, and only one');
  }
  return dayOfWeek === '?' ? monthDayMatcher(dayOfMonth) : weekDayMatcher(dayOfWeek);
}

function monthDayMatcher(text: string): DayMatcher {
  if (text === 'L') return (day) => day.getUTCDate() === lastOfMonth(day);
  const beforeLast = /^L-(\d+)$/.exec(text);
  if (beforeLast !== null) return (day) => day.getUTCDate() === lastOfMonth(day) - Number(beforeLast[1]);
  if (text === 'LW') return (day) => day.getUTCDate() === nearestWeekday(day, lastOfMonth(day));
  const weekday = /^(\d+)W$/.exec(text);
  if (weekday !== null) {
    const wanted = Number(weekday[1]);
    if (wanted < 1 || wanted > 31) throw new Error(`dayOfMonth can't be "${text}"`);
    return (day) => wanted <= lastOfMonth(day) && day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const days = parseField(text, 'dayOfMonth');
  return (day) => days.has(day.getUTCDate());
}

function weekDayMatcher(text: string): DayMatcher {
  const number = (name: string) => [...parseField(name, 'dayOfWeek')][0] ?? 1;
  if (text === 'L') return (day) => day.getUTCDay() === 6;
  const last = /^(\w+?)L$/.exec(text);
  if (last !== null) {
    const wanted = number(last[1] ?? '');
    return (day) => day.getUTCDay() + 1 === wanted && day.getUTCDate() > lastOfMonth(day) - 7;
  }
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth !== null) {
    const wanted = number(nth[1] ?? '');
    return (day) => day.getUTCDay() + 1 === wanted && Math.ceil(day.getUTCDate() / 7) === Number(nth[2]);
  }
  const days = parseField(text, 'dayOfWeek');
  return (day) => days.has(day.getUTCDay() + 1);
}

function lastOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Returns the weekday nearest to a date within the same month. */
function nearestWeekday(day: Date, date: number): number {
  const weekDay = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekDay === 6) return date === 1 ? 3 : date - 1;
  if (weekDay === 0) return date === lastOfMonth(day) ? date - 2 : date + 1;
  return date;
}
