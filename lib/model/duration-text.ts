const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** The longest time in a declaration, in seconds. */
const secondsMax = 86_400;

/** Reads a time such as 90s, 5m or 1h, at most 24h, in seconds. Returns undefined if the text isn't one. */
export function secondsOf(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  return seconds > 0 && seconds <= secondsMax ? seconds : undefined;
}

export const durationExpected = 'a time such as 90s, 5m or 1h, at most 24h';
