/** What a scheduled action sets. EC2 Auto Scaling also takes a desired capacity. */
export interface ScheduledAction {
  min?: number | undefined;
  max?: number | undefined;
  desired?: number | undefined;
}

/** Returns the capacity after a scheduled action. Its bounds act at once, without a cooldown. */
export function afterScheduledAction(
  current: number,
  action: ScheduledAction,
  bounds: { min?: number | undefined; max?: number | undefined } = {},
): number {
  const min = action.min ?? bounds.min ?? 0;
  const max = action.max ?? bounds.max ?? Number.POSITIVE_INFINITY;
  return Math.min(Math.max(action.desired ?? current, min), max);
}
