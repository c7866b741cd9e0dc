export interface PredictedHour {
  /** What is there, or what dynamic policies ask for. */
  current: number;
  predicted: number;
  min: number;
  max: number;
}

/** Returns the capacity for an hour with a forecast. It adds capacity only, up to the maximum. */
export function predictedCapacity({ current, predicted, min, max }: PredictedHour): number {
  return Math.min(Math.max(current, predicted, min), max);
}

/** Returns the maximum for an hour, if the forecast with its buffer may exceed that of the group. */
export function predictedMaximum(hour: {
  predicted: number;
  max: number;
  mayExceedMax: boolean;
  bufferPercent: number;
}): number {
  if (!hour.mayExceedMax) return hour.max;
  return Math.max(hour.max, Math.ceil((hour.predicted * (100 + hour.bufferPercent)) / 100));
}
