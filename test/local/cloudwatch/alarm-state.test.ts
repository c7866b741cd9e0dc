/**
 * The state of an alarm by its data points.
 * Source of the tables: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", "How alarm state
 * is evaluated when data is missing". In them, X breaches, 0 does not, and - is missing; the newest point is last.
 */
import { describe, expect, test } from 'vitest';
import type { MissingData } from '../../../lib/local/cloudwatch/alarms/definition.ts';
import { evaluate } from '../../../lib/local/cloudwatch/alarms/evaluate.ts';

function stateOf(points: string, datapointsToAlarm: number, missingData: MissingData): string {
  const range = points.split(' ').map((point, startMillis) => ({
    ...{ startMillis, ...(point === '-' ? {} : { value: point === 'X' ? 1 : 0 }) },
  }));
  const settings = { evaluationPeriods: 3, datapointsToAlarm, missingData };
  return evaluate(range, settings, (value) => value > 0).state ?? 'kept';
}

type Row = [points: string, missing: string, ignore: string, breaching: string, notBreaching: string];

const noData = 'INSUFFICIENT_DATA';
const tables: Record<string, { datapointsToAlarm: number; rows: Row[] }> = {
  '3 out of 3': {
    datapointsToAlarm: 3,
    rows: [
      ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
      ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
      ['- - - - -', noData, 'kept', 'ALARM', 'OK'],
      ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['- - X - -', 'ALARM', 'kept', 'ALARM', 'OK'],
    ],
  },
  '2 out of 3': {
    datapointsToAlarm: 2,
    rows: [
      ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - X -', 'ALARM', 'kept', 'ALARM', 'OK'],
    ],
  },
};

for (const [name, { datapointsToAlarm, rows }] of Object.entries(tables)) {
  describe(`the guide's table of an alarm of ${name}`, () => {
    test.each(rows)('%s', (points, ...states) => {
      const treatments: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
      const found = treatments.map((treatment) => stateOf(points, datapointsToAlarm, treatment));
      expect(found).toEqual(states);
    });
  });
}

describe('beyond the tables', () => {
  test('enough real points decide, whatever the treatment, although newer ones are missing', () => {
    for (const treatment of ['missing', 'ignore', 'breaching', 'notBreaching'] as const) {
      expect(stateOf('X X X - -', 3, treatment)).toBe('ALARM');
      expect(stateOf('0 0 0 - -', 3, treatment)).toBe('OK');
    }
  });

  test('the two oldest points of the range are not needed if the three newest are there', () => {
    expect(stateOf('X X 0 0 0', 1, 'missing')).toBe('OK');
    expect(stateOf('X X - 0 0', 1, 'missing')).toBe('ALARM');
  });

  test('a breaching point that is too young does not alarm, and does not end an alarm that ignores missing data', () => {
    expect(stateOf('- - - - X', 3, 'missing')).toBe('OK');
    expect(stateOf('- - - - X', 3, 'ignore')).toBe('kept');
    expect(stateOf('- - - - X', 1, 'ignore')).toBe('ALARM');
  });
});
