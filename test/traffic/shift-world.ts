import { readTrafficPolicy, type TrafficPolicy } from '../../lib/model/traffic-policy.ts';
import { shiftState } from '../../lib/traffic/shift/decide.ts';
import type { Observed } from '../../lib/traffic/shift/observed.ts';
import { planShift, type ShiftPlan } from '../../lib/traffic/shift/plan.ts';
import { recordShift, type ShiftRecord } from '../../lib/traffic/shift/record.ts';

export function policyOf(declared: object): TrafficPolicy {
  const read = readTrafficPolicy(declared);
  if ('policy' in read) return read.policy;
  throw new Error(JSON.stringify(read.problems));
}

export function planOf(declared: object, original = 0): ShiftPlan {
  const sides = { stable: 'blue', target: 'green' };
  return planShift(policyOf(declared), 'rule-1', sides, { original, drainSeconds: 60 });
}

/** What is observed if all is well. */
export const well: Omit<Observed, 'now' | 'weight'> = {
  inFlight: false,
  targetReady: true,
  stableReady: true,
  samples: 1_000,
  alarms: { errors: 'OK' },
  metrics: [],
  draining: 0,
};

/** What differs from that at an interval. */
export type Weather = (interval: number, weight: number, now: number) => Partial<Observed>;

/** Plays a shift by intervals until it ends. A weight that is set is in force at the next interval. */
export function play(plan: ShiftPlan, weather: Weather, most = 200): ShiftRecord[] {
  const records: ShiftRecord[] = [];
  let state = shiftState(plan, 0);
  let weight = plan.original;
  for (let interval = 0; interval < most && state.phase !== 'done'; interval++) {
    const now = interval * plan.intervalSeconds;
    const observed: Observed = { ...well, now, weight, ...weather(interval, weight, now) };
    const record = recordShift(plan, state, observed);
    records.push(record);
    state = record.state;
    const { action } = record;
    if (action.kind === 'set-weight' || action.kind === 'roll-back') weight = action.weight;
  }
  return records;
}

/** The decisions in short: `set-weight 5`, `hold bake`, `done promoted`. */
export function told(records: readonly ShiftRecord[]): string[] {
  const texts = records.map(({ action, rule }) => {
    if ('weight' in action) return `${action.kind} ${action.weight}`;
    return action.kind === 'done' ? `done ${action.outcome}` : `${action.kind} ${rule}`;
  });
  return texts.filter((text, index) => text !== texts[index - 1]);
}
