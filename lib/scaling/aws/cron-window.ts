import { isZoneName, namedZone } from '../../model/time-zone.ts';
import { nextTime, readUnixCron } from './cron.ts';
import { CronError } from './cron-fields.ts';

/** A window from one cron expression to another, in which a number of replicas is wanted: KEDA's cron scaler. */
export interface CronWindow {
  timezone?: string | undefined;
  start?: string | undefined;
  end?: string | undefined;
  desiredReplicas?: string | number | undefined;
}

/** Returns what is wrong with a window, or undefined. Source: KEDA, pkg/scalers/cron_scaler.go, Apache-2.0. */
export function windowProblem(window: CronWindow): string | undefined {
  const { timezone, start, end, desiredReplicas } = window;
  if (timezone === undefined || !isZoneName(timezone))
    return `timezone is ${timezone}; expected an IANA zone such as Europe/Berlin`;
  for (const [name, cron] of [
    ['start', start],
    ['end', end],
  ] as const) {
    if (cron === undefined) return `${name} is absent; expected a cron expression of five fields`;
    const problem = cronProblem(cron);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  if (start === end) return `start and end are both "${start}"; expected two times`;
  if (desiredReplicas === undefined || !/^-?\d+$/.test(String(desiredReplicas)))
    return `desiredReplicas is ${desiredReplicas}; expected a whole number`;
  return undefined;
}

function cronProblem(text: string): string | undefined {
  try {
    readUnixCron(text);
    return undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

/** Tells whether an instant is in the window: its end comes before its next start. */
export function isInWindow(window: CronWindow, at: number): boolean {
  const zone = namedZone(window.timezone ?? 'UTC');
  const next = (cron = '') => nextTime(readUnixCron(cron), zone, at) ?? Number.POSITIVE_INFINITY;
  return next(window.start) >= next(window.end);
}
