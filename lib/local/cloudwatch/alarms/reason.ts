/**
 * The reasons of state changes, in CloudWatch's words: `StateReason` and `StateReasonData`.
 * Source: CloudWatch User Guide, "Alarm events and EventBridge", sample events.
 */
import { comparisons, type MetricAlarm } from './definition.ts';
import type { DataPoint, Verdict } from './evaluate.ts';
import type { AlarmState } from './state.ts';

export interface Reason {
  reason: string;
  reasonData?: string;
}

/** 99.5 and 50.0: numbers are printed as Java prints doubles. */
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** 2019-10-02T17:04:40.989+0000 */
export function eventTime(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '+0000');
}

/** 02/10/19 16:59:00 */
function shortTime(millis: number): string {
  const [, year, month, day, time] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(new Date(millis).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** @param previous the state that the alarm leaves */
export function reasonOf(
  alarm: MetricAlarm,
  verdict: Verdict,
  previous: AlarmState,
  nowMillis: number,
): Reason {
  return { reason: textOf(alarm, verdict, previous), reasonData: dataOf(alarm, verdict, nowMillis) };
}

function textOf(alarm: MetricAlarm, { state, decisive, filled }: Verdict, previous: AlarmState): string {
  const { comparison, threshold, datapointsToAlarm, evaluationPeriods, missingData } = alarm;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${counted(evaluationPeriods, 'datapoint')} ${evaluationPeriods === 1 ? 'was' : 'were'} unknown.`;
  if (decisive.length === 0) {
    const treated = missingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    return `Threshold Crossed: no datapoints were received for ${counted(filled, 'period')} and ${counted(filled, 'missing datapoint')} ${filled === 1 ? 'was' : 'were'} treated as [${treated}].`;
  }
  const { breaches, words } = comparisons[comparison];
  const alarmed = state === 'ALARM';
  const shown = decisive.filter(({ value }) => breaches(value, threshold) === alarmed);
  const values = shown
    .map(({ value, startMillis }) => `${double(value)} (${shortTime(startMillis)})`)
    .join(', ');
  const verb = `${shown.length === 1 ? 'was' : 'were'}${alarmed ? '' : ' not'}`;
  const needed = alarmed ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${shown.length} out of the last ${decisive.length} datapoints [${values}] ${verb} ` +
    `${words} the threshold (${double(threshold)}) (minimum ${counted(needed, 'datapoint')} for ${previous} -> ${state} transition).`
  );
}

function dataOf(alarm: MetricAlarm, { decisive }: Verdict, nowMillis: number): string {
  const oldest: DataPoint | undefined = decisive.at(-1);
  const { statistic, periodSeconds, threshold } = alarm;
  const parts = [
    '"version":"1.0"',
    `"queryDate":"${eventTime(nowMillis)}"`,
    ...(oldest === undefined ? [] : [`"startDate":"${eventTime(oldest.startMillis)}"`]),
    ...(statistic === undefined ? [] : [`"statistic":"${statistic}"`]),
    `"period":${periodSeconds}`,
    `"recentDatapoints":[${decisive
      .toReversed()
      .map(({ value }) => double(value))
      .join(',')}]`,
    `"threshold":${double(threshold)}`,
    `"evaluatedDatapoints":[${decisive
      .map(({ startMillis, value }) => `{"timestamp":"${eventTime(startMillis)}","value":${double(value)}}`)
      .join(',')}]`,
  ];
  return `{${parts.join(',')}}`;
}
