/** A step of a shift: the weight of the new side in percent, and how long it stays there under analysis. */
export interface ShiftStep {
  weight: number;
  bakeSeconds: number;
}

/** All traffic. */
export const allTraffic = 100;

export interface NamedStrategy {
  /** How the name is written: `canary-PERCENT-TIME`. */
  form: string;
  pattern: RegExp;
  /** Whether the steps are listed in addition to the name. */
  listed: boolean;
  steps(percent: number, seconds: number): ShiftStep[];
}

const all = (bakeSeconds: number): ShiftStep => ({ weight: allTraffic, bakeSeconds });
const percentAndTime = '(?<percent>\\d{1,3}(?:\\.\\d)?)-(?<time>\\d{1,4}[smh])';

/** Strategies by name. The times after the last step are 0, as in CodeDeploy, except where all traffic moves at once. */
export const namedStrategies: readonly NamedStrategy[] = [
  { form: 'all-at-once', pattern: /^all-at-once$/, listed: false, steps: () => [all(0)] },
  { form: 'blue-green', pattern: /^blue-green$/, listed: false, steps: () => [all(600)] },
  {
    form: 'canary-PERCENT-TIME, such as canary-10-5m',
    pattern: new RegExp(`^canary-${percentAndTime}$`),
    listed: false,
    steps: (percent, seconds) => [{ weight: percent, bakeSeconds: seconds }, all(0)],
  },
  {
    form: 'linear-PERCENT-TIME, such as linear-10-1m',
    pattern: new RegExp(`^linear-${percentAndTime}$`),
    listed: false,
    steps: (percent, seconds) => linearSteps(percent, seconds),
  },
  { form: 'canary with steps', pattern: /^canary$/, listed: true, steps: () => [] },
  { form: 'linear with steps', pattern: /^linear$/, listed: true, steps: () => [] },
  { form: 'custom with steps', pattern: /^custom$/, listed: true, steps: () => [] },
];

/** The least percentage of a step: weights have one decimal. */
const percentMin = 0.1;

/** Returns equal steps up to exactly all traffic, however the percentage divides it. */
function linearSteps(percent: number, bakeSeconds: number): ShiftStep[] {
  const count = Math.ceil(allTraffic / percent - 1e-9);
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? all(0) : { weight: rounded(percent * (index + 1)), bakeSeconds },
  );
}

/** Rounds to one decimal, so that sums of decimals stay exact. */
const rounded = (weight: number): number => Math.round(weight * 10) / 10;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Returns a strategy and the steps that its name means, or undefined for an unknown name. */
export function strategyOf(name: string): { strategy: NamedStrategy; steps: ShiftStep[] } | undefined {
  for (const strategy of namedStrategies) {
    const found = strategy.pattern.exec(name);
    if (found === null) continue;
    const { percent = '100', time = '0s' } = found.groups ?? {};
    const seconds = Number(time.slice(0, -1)) * (unitSeconds[time.slice(-1)] ?? 0);
    const sound = Number(percent) >= percentMin && Number(percent) <= allTraffic && seconds <= 86_400;
    return sound ? { strategy, steps: strategy.steps(Number(percent), seconds) } : undefined;
  }
  return undefined;
}

/**
 * Returns steps that end at exactly all traffic: weights above it count as all, what follows it is left out, and it is
 * added if it is missing. `lastBakeSeconds` is how long all traffic stays under analysis.
 */
export function completeSteps(steps: readonly ShiftStep[], lastBakeSeconds?: number): ShiftStep[] {
  const before = steps.findIndex(({ weight }) => weight >= allTraffic);
  const partial = before < 0 ? steps : steps.slice(0, before);
  return [...partial, all(lastBakeSeconds ?? steps[before]?.bakeSeconds ?? 0)];
}
