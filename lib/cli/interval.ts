const unitSeconds: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600 };

/** Parses `60s`, `5m`, `1h` or seconds alone. Returns seconds above 0, or undefined for anything else. */
export function intervalSeconds(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 1);
  return seconds > 0 ? seconds : undefined;
}

/** The message for an interval that can't be read. */
export function intervalProblem(text: string): string {
  return `--interval is ${JSON.stringify(text)}; expected a number above 0 with s, m or h, as 60s`;
}
