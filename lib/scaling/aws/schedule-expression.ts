import { namedZone } from '../../model/time-zone.ts';
import { type Cron, nextTime, readAwsCron, readUnixCron } from './cron.ts';
import { CronError } from './cron-fields.ts';

/** When something happens: once, at intervals, or by the calendar. */
export type Schedule =
  | { form: 'at' /** A local time, as if it were UTC. */; wall: number }
  | { form: 'rate'; everyMillis: number }
  | { form: 'cron'; cron: Cron };

export type ScheduleService = 'events' | 'scheduler' | 'application-autoscaling' | 'autoscaling';

interface Grammar {
  at: boolean;
  rate: 'none' | 'exact plural' | 'any plural';
  cron: 'six fields' | 'five fields';
}

/**
 * What each service accepts. EventBridge rules and Application Auto Scaling want `1 minute` and `2 minutes`; the
 * Scheduler takes both forms with both (tests that localstack validated on AWS). EC2 Auto Scaling takes a bare Unix
 * cron.
 */
const grammars: Record<ScheduleService, Grammar> = {
  events: { at: false, rate: 'exact plural', cron: 'six fields' },
  scheduler: { at: true, rate: 'any plural', cron: 'six fields' },
  'application-autoscaling': { at: true, rate: 'exact plural', cron: 'six fields' },
  autoscaling: { at: false, rate: 'none', cron: 'five fields' },
};

const unitMillis: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads the schedule of a service.
 * @throws CronError with what was expected
 */
export function readSchedule(text: string, service: ScheduleService): Schedule {
  const grammar = grammars[service];
  if (grammar.cron === 'five fields') return { form: 'cron', cron: readUnixCron(text) };
  const [, form = '', inner = ''] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  if (form === 'cron') return { form, cron: readAwsCron(inner) };
  if (form === 'rate' && grammar.rate !== 'none') return { form, everyMillis: readRate(inner, grammar.rate) };
  if (form === 'at' && grammar.at) return { form, wall: readAt(inner) };
  const forms = ['cron(…)', 'rate(…)', ...(grammar.at ? ['at(…)'] : [])];
  throw new CronError(`schedule "${text}": expected ${forms.join(' or ')} for ${service}`);
}

export function isSchedule(text: string, service: ScheduleService): boolean {
  try {
    readSchedule(text, service);
    return true;
  } catch (error) {
    if (error instanceof CronError) return false;
    throw error;
  }
}

function readRate(text: string, plural: Grammar['rate']): number {
  const [, value = '', unit = '', s = ''] = /^(\d+) (minute|hour|day)(s?)$/.exec(text) ?? [];
  const count = Number(value);
  const matches = plural === 'any plural' || (count === 1) === (s === '');
  if (value === '' || count < 1 || !matches)
    throw new CronError(`rate "${text}": expected 1 minute, 5 minutes, 1 hour, 2 hours, 1 day, …`);
  return count * (unitMillis[unit] ?? 0);
}

function readAt(text: string): number {
  const wall = Date.parse(`${text}Z`);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text) && !Number.isNaN(wall);
  // Date.parse takes 2026-02-31 for March 3.
  if (!isTime || !new Date(wall).toISOString().startsWith(text))
    throw new CronError(`at "${text}": expected a local time, such as 2026-12-24T18:00:00`);
  return wall;
}

/**
 * Returns the first instant after another at which a schedule fires, or undefined if there is none. Rates count from
 * `start`. A time of `at` that the clock skips is the one an offset later, as in AWS.
 */
export function nextFiring(
  schedule: Schedule,
  timeZone: string,
  after: number,
  start = 0,
): number | undefined {
  const zone = namedZone(timeZone);
  switch (schedule.form) {
    case 'at': {
      const instant = zone.instant(schedule.wall);
      return instant > after ? instant : undefined;
    }
    case 'rate': {
      const passed = Math.floor((after - start) / schedule.everyMillis);
      return after < start ? start : start + (passed + 1) * schedule.everyMillis;
    }
    case 'cron':
      return nextTime(schedule.cron, zone, after);
  }
}
