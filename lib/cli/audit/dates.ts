import type { Range } from '../../client/audit/read-trail.ts';
import { UsageError } from '../usage-error.ts';

/** The options that select a time range. */
export interface Dates {
  from?: string;
  to?: string;
}

const day = /^\d{4}-\d\d-\d\d$/;

/**
 * Parses a time range: days in UTC, of which the last is included, or instants.
 *
 * @throws UsageError
 */
export function rangeOf({ from, to }: Dates, command: string): Range {
  const problems: string[] = [];
  const read = (name: string, text: string | undefined, days: number) => {
    if (text === undefined) return {};
    const millis = Date.parse(text);
    const whole = day.test(text);
    if (Number.isNaN(millis) || !(whole || /T.*(Z|[+-]\d\d:\d\d)$/.test(text))) {
      problems.push(
        `--${name} is ${JSON.stringify(text)}; expected a day (2027-03-31) or an instant (2027-03-31T18:00:00Z)`,
      );
      return {};
    }
    return { [name]: new Date(millis + (whole ? days * 86_400_000 : 0)).toISOString() };
  };
  const range: Range = { ...read('from', from, 0), ...read('to', to, 1) };
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to)
    problems.push(`--from ${from} is not before --to ${to}`);
  if (problems.length > 0) throw new UsageError(problems, command);
  return range;
}
