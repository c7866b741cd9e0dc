/** What the fields of a scaling policy must be for each other. Each field may still be of a wrong type. */

type Conflict = [path: PropertyKey[], message: string];
interface Step {
  lower?: unknown;
  upper?: unknown;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const entriesOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((one) => (typeof one === 'object' && one !== null ? one : {})) : [];

/** Returns the problems between the fields of a policy. */
export function scalingConflicts(policy: unknown): Conflict[] {
  if (typeof policy !== 'object' || policy === null) return [];
  const { min, max, metrics, schedule } = policy as Record<string, unknown>;
  const conflicts: Conflict[] = [];
  if (isNumber(min) && isNumber(max) && min > max)
    conflicts.push([['max'], `expected max of at least min, which is ${min}; got ${max}`]);
  if (!Array.isArray(metrics ?? []) || !Array.isArray(schedule ?? [])) return conflicts;
  if (entriesOf(metrics).length + entriesOf(schedule).length === 0)
    conflicts.push([
      ['metrics'],
      'nothing would ever move the capacity; expected at least one metric, or an entry in schedule',
    ]);
  for (const [index, entry] of entriesOf(schedule).entries())
    for (const [path, message] of scheduleConflicts(entry, { min, max }))
      conflicts.push([['schedule', index, ...path], message]);
  return conflicts;
}

function scheduleConflicts(
  entry: Record<string, unknown>,
  bounds: { min: unknown; max: unknown },
): Conflict[] {
  const conflicts: Conflict[] = [];
  const times = ['cron', 'at', 'rate'].filter((name) => entry[name] !== undefined);
  if (times.length !== 1)
    conflicts.push([
      [],
      `expected one of cron, at and rate, got ${times.length === 0 ? 'none' : times.join(' and ')}`,
    ]);
  const { min, max } = entry;
  if (min === undefined && max === undefined)
    conflicts.push([[], 'expected min or max, which this entry moves at its time; got neither']);
  const most = max ?? bounds.max;
  if (isNumber(min) && isNumber(most) && min > most)
    conflicts.push([
      ['min'],
      max === undefined
        ? `expected at most max of the policy, which is ${most}; got ${min}. Raise max of the policy, or give this entry its own`
        : `expected at most max of this entry, which is ${most}; got ${min}`,
    ]);
  if (min === undefined && isNumber(max) && isNumber(bounds.min) && max < bounds.min)
    conflicts.push([
      ['max'],
      `expected at least min of the policy, which is ${bounds.min}; got ${max}. Give this entry its own min`,
    ]);
  return conflicts;
}

/**
 * Returns what is wrong with the ranges of steps: between the lowest and the highest end there is neither a gap nor an
 * overlap, an end on a side of the threshold where there are steps is open, and no range is open on both ends. Source:
 * "Step adjustments for step scaling", Application Auto Scaling User Guide.
 */
export function stepConflict(steps: readonly Step[]): string | undefined {
  const ranges = steps
    .map(({ lower, upper }) => ({
      from: isNumber(lower) ? lower : Number.NEGATIVE_INFINITY,
      to: isNumber(upper) ? upper : Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  for (const { from, to } of ranges) {
    if (from >= to) return `expected lower below upper, got ${from} and ${to}`;
    if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY)
      return 'a step that is open on both ends has no threshold; expected lower or upper';
  }
  for (const [index, { from }] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before === undefined || before.to === from) continue;
    const what = before.to < from ? 'a gap' : 'an overlap';
    return `steps leave ${what} between ${before.to} and ${from}; expected each to begin where the one before ends`;
  }
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (last.to > 0 && last.to !== Number.POSITIVE_INFINITY)
    return `the highest step ends at ${last.to}; expected it to have no upper, so that a larger breach has a step too`;
  if (first.from < 0 && first.from !== Number.NEGATIVE_INFINITY)
    return `the lowest step begins at ${first.from}; expected it to have no lower, so that a larger breach has a step too`;
  return undefined;
}
