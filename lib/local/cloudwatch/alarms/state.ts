/** The states of an alarm. */
export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

export function isAlarmState(text: string): text is AlarmState {
  return alarmStates.some((state) => state === text);
}
